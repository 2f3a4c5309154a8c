// What staff may neither see nor touch, told of one node.
import { isLabelled, isField, type Policy } from "./policy";

export function privateTo(policy: Policy): (node: Node) => boolean {
  const isPrivate = (node: Node): boolean => {
    const element = node.nodeType === 1 ? (node as Element) : node.parentElement;
    if (element === null || policy.hides(element)) return true;
    // A label presses its field, an option is its field's choice.
    const label = element.closest("label") as HTMLLabelElement | null;
    const field = isField(element) ? element : (element.closest("select") ?? label?.control ?? null);
    if (field !== null && !isLabelled(field) && !(isField(field) && policy.showsField(field))) return true;
    const edited = policy.edited(element);
    return edited !== null && !policy.showsField(edited);
  };
  return isPrivate;
}
