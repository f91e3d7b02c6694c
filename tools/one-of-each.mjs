/**
 * Rows of the lint rule `no-restricted-syntax` that name the one helper where code writes its body
 * by hand. A hot loop that cannot afford the text of a directory keeps the position of the slash in
 * a variable, which no row matches.
 */

const MAPS = 'of core/base/maps.ts.';
const COMPARE = 'of core/base/compare.ts.';
const PATHS = 'of core/base/artifact-path.ts.';

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
      "VariableDeclaration[declarations.0.init.operator='??'][declarations.0.init.left.callee.property.name='get'][declarations.0.init.right.type='ArrayExpression'] ~ ExpressionStatement[expression.callee.property.name='push'] ~ ExpressionStatement > CallExpression[callee.property.name='set']",
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
    selector: `${SLICE}[arguments.0.value=0] > ${LAST_SLASH}`,
    message: `Use directoryOf ${PATHS}`,
  },
  {
    selector: `${SLICE}[arguments.0.value=0] > CallExpression[callee.object.name='Math'] > ${LAST_SLASH}`,
    message: `Use directoryOf ${PATHS}`,
  },
];
