// Finds texts for people that stand in a source instead of the catalogue.
import { readFileSync } from "node:fs";
import ts from "typescript";

/** Attributes whose values are read aloud or shown. */
const shown_attributes = /^(title|alt|placeholder|label|aria-label|aria-description|aria-roledescription|does|what)$/;
const unread_attributes = /^(class|className|sandbox|style|rel|allow)$/;
/** A sentence, or at least two words. */
const words = /[A-Za-z]{2,}[,:;]? [A-Za-z]|^[A-Z][a-z]+[.!?…]$/;
const letters = /[A-Za-z]{2,}/;

/** Each as `file:line: text`. What only developers read (thrown errors, comments in CSS, GraphQL) is no such text. */
export function outsideTexts(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true, file.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS);
  const found: string[] = [];
  const put = (node: ts.Node, text: string) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    found.push(`${file}:${line + 1}: ${text.trim().replace(/\s+/g, " ")}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && /Error$|^Unreachable$|^NotAccepted$/.test(node.expression.getText())) return;
    if (ts.isTaggedTemplateExpression(node) || ts.isImportDeclaration(node)) return;
    if (ts.isCallExpression(node) && /^(graphql|matchMedia|RegExp|querySelector(All)?|closest|matches|supports|replaceSync)$/.test(nameOf(node.expression))) return;
    // Classes, and pictures written as addresses, are no words.
    if (ts.isJsxAttribute(node) && node.name.getText() === "class") return;
    if (ts.isTemplateExpression(node) && node.head.text.startsWith("data:")) return;
    if (ts.isStringLiteralLike(node) && /^<\w|^\d+px |\b(query|mutation|subscription)\b[^{]*\{/.test(node.text)) return;
    if (ts.isJsxText(node) && letters.test(node.text)) put(node, node.text);
    if (ts.isJsxAttribute(node) && unread_attributes.test(node.name.getText())) return;
    // Refusals and errors come with a message for developers; screens say them by code.
    if (ts.isPropertyAssignment(node) && node.name.getText() === "message") return;
    if (ts.isJsxAttribute(node) && node.initializer !== undefined && ts.isStringLiteral(node.initializer)) {
      if (shown_attributes.test(node.name.getText()) && letters.test(node.initializer.text)) put(node, node.initializer.text);
      return;
    }
    if (ts.isStringLiteralLike(node) && words.test(node.text)) put(node, node.text);
    if (ts.isTemplateExpression(node)) {
      const text = [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join("…");
      if (words.test(text)) put(node, text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function nameOf(called: ts.Expression): string {
  return ts.isPropertyAccessExpression(called) ? called.name.text : called.getText();
}
