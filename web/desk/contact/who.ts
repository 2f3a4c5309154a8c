// What my customer is called.
import { customerWords } from "../../shared/words/customer";

interface Served {
  contact: string;
  pop: { customerName: string | null; callback: { id: string } | null };
}

export function whoOf({ contact, pop }: Served): string {
  return customerWords(pop.customerName, { contact, callback: pop.callback?.id ?? null });
}
