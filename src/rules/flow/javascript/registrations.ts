/**
 * Calls of JavaScript that give a function away: routes that are registered on an unknown object,
 * and timers. Sources: the documentation of express 5 (routing) and of Node.js 20 (timers).
 */

import type { ApplierModel, HandlerModel, RegisteringCall } from '../models.ts';
import { rows } from '../rows.ts';

/** Calls that run a function, by their names. */
export const APPLIERS: readonly (readonly [string, ApplierModel])[] = [
  ...rows({ runs: 0, passes: 2 }, 'setTimeout setInterval'),
  ...rows({ runs: 0, passes: 1 }, 'setImmediate process.nextTick queueMicrotask'),
];

const ROUTE = /^(?:get|post|put|patch|delete|all|use|route)$/u;
const PATH = /^(?:[/*]|$)/u;
const ERROR = /^_?(?:e|er|err|error)$/u;

/**
 * Returns the types of the parameters of a handler on an application that is a parameter: a method
 * of routes with a path and functions of two to four parameters. The confidence is medium.
 */
export function guessHandler({ method, args }: RegisteringCall): HandlerModel | undefined {
  if (method === undefined || !ROUTE.test(method)) return undefined;
  const [path, ...others] = args;
  if (path?.value.text === undefined || !PATH.test(path.value.text)) return undefined;
  const last = others.at(-1);
  const [code] = last?.value.closures.map((one) => one.code) ?? [];
  if (code === undefined || code.parameters.length < 2 || code.parameters.length > 4)
    return undefined;
  const first = parameterName(last);
  if (code.parameters.length === 4) return [undefined, 'guess:Request', 'express:Response'];
  return ERROR.test(first) ? undefined : ['guess:Request', 'express:Response'];
}

function parameterName(argument: RegisteringCall['args'][number] | undefined): string {
  const target = argument?.value.closures[0]?.code.parameters[0]?.target;
  return target?.kind === 'variable' ? target.name : '';
}
