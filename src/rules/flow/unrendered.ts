/** Answers that browsers never show as pages, because no link and no form makes such requests. */

import type { FlowEvent, Machine } from './machine.ts';

/** The registration of a handler, as in `router.put('/:id', …)`. */
const ROUTE = /\.(get|post|put|patch|delete|del|all|use|head|options|route)\(\s*['"`/[]/gu;
const MAX_BEFORE = 3000;
const UNRENDERED = /^(?:put|patch|delete|del)$/u;

/**
 * Returns whether an answer is that of a handler for PUT, PATCH or DELETE. Links and forms make
 * requests with GET and POST only (HTML Living Standard, section 4.10.21.3), and what a script
 * fetches is not shown as a page.
 */
export function isUnrendered(m: Machine, { span, within }: FlowEvent): boolean {
  if (m.program.language === 'python') return UNRENDERED.test(within);
  const before = m.text.slice(Math.max(0, span.start - MAX_BEFORE), span.start);
  const last = [...before.matchAll(ROUTE)].at(-1)?.[1];
  return last !== undefined && UNRENDERED.test(last);
}
