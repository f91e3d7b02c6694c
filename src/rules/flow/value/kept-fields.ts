/** Fields that methods of Python classes store in their objects. */

import type { FunctionCode } from '../form.ts';
import type { Machine } from '../machine.ts';
import type { State } from './state.ts';
import { joinValues, type Value } from './value.ts';

const HTTP_METHOD = /^(?:get|post|put|patch|delete|head|options|do_[A-Z]+)$/u;

/**
 * Keeps what a method of a Python class has stored in its object for the methods below it. Requests
 * have objects of their own, so handlers of HTTP methods keep nothing. Returns whether anything may
 * have been kept.
 */
export function keepFields(
  m: Machine,
  self: Value,
  { code, base }: { readonly code: FunctionCode; readonly base: State },
): boolean {
  if (m.program.language !== 'python' || HTTP_METHOD.test(code.name)) return false;
  for (const id of self.objects) {
    const [before, after] = [base.object(id), m.state.object(id)];
    if (before === undefined || after === undefined || before === after) continue;
    const fields = new Map(before.fields);
    for (const [name, value] of after.fields) {
      const known = fields.get(name);
      if (value.taints.length > 0) fields.set(name, known ? joinValues(known, value) : value);
    }
    base.setObject(id, { ...before, fields });
  }
  return true;
}
