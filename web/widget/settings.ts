// What the company's page says about its widget: attributes of the script tag, overruled by those of the element.

/** The company's look: values as CSS takes them. */
export interface Look {
  colour: string | null;
  radius: string | null;
  font: string | null;
  theme: "light" | "dark" | "auto";
}

export interface Settings extends Look {
  /** Origin of the edge, such as `https://help.example.com`. */
  edge: string;
  site: string;
  /** Where the company's page hands out the signed identity of who is signed in; null: nobody ever is. */
  identityUrl: string | null;
  /** Where a visitor signs in; null: nowhere. */
  signIn: string | null;
  title: string;
  /** What staff may see of the page while the customer shows it. */
  profile: string | null;
  share: string | null;
  hide: string | null;
  /** Words that may be read wherever they stand. */
  words: string | null;
  /** Fields that were secret once, and the names of those for passwords. */
  secrets?: WeakSet<Node>;
  secretNames?: Set<string>;
}

type Attributes = (name: string) => string | null | undefined;

/** An address of the web, and no other kind. */
function webPage(address: string | null): string | null {
  if (address === null) return null;
  try {
    const { protocol, href } = new URL(address, document.baseURI);
    return /^https?:$/.test(protocol) ? href : null;
  } catch {
    return null;
  }
}

/** `scriptSrc` is the address the widget was loaded from: the edge. */
export function settingsFrom(scriptSrc: string, script: Attributes, element: Attributes = () => null): Settings {
  const read = (name: string) => element(name) ?? element(`data-${name}`) ?? script(`data-${name}`) ?? null;
  const theme = read("theme");
  return {
    edge: new URL(scriptSrc).origin,
    site: read("site") ?? "demo",
    identityUrl: read("identity-url"),
    signIn: webPage(read("sign-in-url")),
    title: read("title") ?? "Help",
    colour: read("colour") ?? read("color"),
    radius: read("radius"),
    font: read("font"),
    theme: theme === "light" || theme === "dark" ? theme : "auto",
    profile: read("profile"),
    share: read("share"),
    hide: read("hide"),
    words: read("words"),
  };
}
