// What the company's own server says: who is signed in, and the demo's customers.

declare global {
  interface Window {
    /** From /config.js. */
    brightwater?: { edge: string; site: string; customers: { id: string; name: string; contract: string }[] };
  }
}

export interface SignedIn {
  customer: string | null;
  name: string | null;
}

export async function whoIsSignedIn(): Promise<SignedIn> {
  const response = await fetch("/identity", { cache: "no-store" });
  if (!response.ok) return { customer: null, name: null };
  const { customer, name } = (await response.json()) as SignedIn;
  return { customer, name };
}

export async function signIn(customer: string): Promise<void> {
  const response = await fetch("/sign-in", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ customer }),
  });
  if (!response.ok) throw new Error("Signing in did not work. Please try again.");
}

export async function signOut(): Promise<void> {
  await fetch("/sign-out", { method: "POST" });
}
