/**
 * Rows of the lint rule `no-restricted-syntax` that name the one helper where code writes its body by hand. A loop that must not call a helper keeps the position of
 * the slash or the list in a variable of its own.
 */

const MAPS = 'of base/maps.ts.';
const COMPARE = 'of base/compare.ts.';
const PATHS = 'of base/artifact-path.ts.';

const LAST_SLASH =
  "CallExpression[callee.property.name='lastIndexOf'][arguments.length=1][arguments.0.value='/']";
const SLICE = "CallExpression[callee.property.name='slice']";
const PUT_LIST =
  "[consequent.expression.callee.property.name='set'][consequent.expression.arguments.1.type='ArrayExpression']";
const MINUS_ONE = "[consequent.operator='-'][consequent.argument.value=1]";

export const ONE_OF_EACH = [
  {
    selector: `IfStatement[test.operator='===']${PUT_LIST}[alternate.expression.callee.property.name='push']`,
    message: `Use appendTo or groupBy ${MAPS}`,
  },
  {
    selector:
      "VariableDeclaration:has(> VariableDeclarator > LogicalExpression[operator='??'][left.callee.property.name='get'][right.type='ArrayExpression'][right.elements.length=0]) ~ ExpressionStatement > CallExpression[callee.property.name='set']",
    message: `Use appendTo or groupBy ${MAPS}`,
  },
  {
    selector:
      "CallExpression[callee.property.name='set'] > ArrayExpression > SpreadElement > LogicalExpression[operator='??'][left.callee.property.name='get']",
    message: `Use appendTo or groupBy ${MAPS}`,
  },
  {
    selector:
      "NewExpression[callee.name='Map'] > CallExpression[callee.property.name='map'] > ArrowFunctionExpression[params.length=1][params.0.type='Identifier'] > ArrayExpression[elements.length=2][elements.0.type='MemberExpression'][elements.0.object.type='Identifier'][elements.1.type='Identifier']",
    message: `Use indexBy ${MAPS}`,
  },
  {
    selector: `ConditionalExpression[test.operator=/^[<>]$/]${MINUS_ONE}:not([test.right.type='Literal'])`,
    message: `Use compareText, compareKeys or compareNumbers ${COMPARE}`,
  },
  {
    selector: "CallExpression[callee.property.name='localeCompare']",
    message: `Use compareText ${COMPARE} The order of localeCompare is not the same on every machine.`,
  },
  {
    selector: `${SLICE} > BinaryExpression[operator='+'][right.value=1] > ${LAST_SLASH}`,
    message: `Use baseName or directoryPrefix ${PATHS}`,
  },
  {
    selector: `${SLICE}:matches(:has(> ${LAST_SLASH}), :has(> CallExpression[callee.object.name='Math'] > ${LAST_SLASH}))`,
    message: `Use directoryOf ${PATHS}`,
  },
];
