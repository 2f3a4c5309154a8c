// What my customer is called.
import { customerWords } from "../../shared/words/customer";

interface Served {
  contact: string;
  pop: { customerName: string | null; visitor: string | null; callback: { id: string } | null };
}

export function whoOf({ contact, pop }: Served): string {
  return customerWords(pop.customerName, { visitor: pop.visitor, contact, callback: pop.callback?.id ?? null });
}
