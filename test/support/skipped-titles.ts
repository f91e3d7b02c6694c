/** Finds skipped tests whose titles do not contain what they need. See `skipped-tests.ts`. */

import ts from 'typescript';

/** Constants that lead from a title to its reason. */
const MAX_CONSTANTS = 3;

/** Returns the calls in a test file that skip by a condition, without a reason in the title. */
export function titlesWithoutNeeds(file: string, text: string): readonly string[] {
  if (!text.includes('.skipIf(')) return [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const title = ts.isCallExpression(node) && isSkip(node) ? titleOf(node) : undefined;
    if (title !== undefined && !namesNeed(title, text)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push(`${file}:${line + 1} ${title}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Either written out, as in "(needs root)", or added by `needs`, also in a constant of the file. */
function namesNeed(title: string, text: string, depth = 0): boolean {
  if (/\(needs [^)]|\bneeds\(/u.test(title)) return true;
  if (depth === MAX_CONSTANTS) return false;
  const names = title.match(/(?<=\$\{)\w+(?=\})|^\w+$/gu) ?? [];
  return names.some((name) => {
    const value = new RegExp(`const ${name} =(?<value>[^;]*);`, 'u').exec(text)?.groups?.['value'];
    return value !== undefined && namesNeed(value, text, depth + 1);
  });
}

function isSkip({ expression }: ts.CallExpression): boolean {
  return ts.isPropertyAccessExpression(expression) && expression.name.text === 'skipIf';
}

/** Returns the title behind `it.skipIf(…)(TITLE` or `it.skipIf(…).each(…)(TITLE`. */
function titleOf(skip: ts.CallExpression): string {
  let call: ts.Node = skip.parent;
  if (ts.isPropertyAccessExpression(call)) call = call.parent.parent;
  return ts.isCallExpression(call) ? (call.arguments[0]?.getText() ?? '') : '';
}
