import { describe, expect, it } from 'vitest';

import { startCpuClock } from '../../../test/support/cpu-time.ts';
import { nextLink } from './link-header.ts';

describe('the next page', () => {
  // Source: RFC 8288, section 3.5 and appendix B.2; OCI distribution specification, "Listing Tags".
  it.each([
    ['of a registry', '</v2/app/tags/list?n=2&last=b>; rel="next"', '/v2/app/tags/list?n=2&last=b'],
    ['without quotes', '<?last=b>; rel=next', '?last=b'],
    ['in upper case', '<?last=b>; REL="NEXT"', '?last=b'],
    ['among several relations', '<?last=b>; rel="start next"', '?last=b'],
    ['behind other parameters', '<?last=b>; title="a; rel=prev"; rel="next"', '?last=b'],
    ['behind other links', '<?a>; rel="prev", <?last=b,c>; rel="next"', '?last=b,c'],
    ['of several', '<?one>; rel=next, <?two>; rel=next', '?one'],
  ])('is that %s', (_, header, target) => {
    expect(nextLink(header)).toBe(target);
  });

  it.each([
    ['there is no header', null],
    ['the header is empty', ''],
    ['the relation is another one', '<?a>; rel="prev"'],
    ['the relation only begins so', '<?a>; rel="nextish"'],
    ['another parameter has the word', '<?a>; title="next"'],
    ['the second relation of one link is it', '<?a>; rel=prev; rel=next'],
    ['there is no target', 'rel="next"'],
    ['the target has no end', '<?a; rel="next"'],
  ])('is absent where %s', (_, header) => {
    expect(nextLink(header)).toBeUndefined();
  });

  it('is found in linear time', () => {
    const cpuMs = startCpuClock();
    for (const part of ['<', ';', '; rel', '<a>', '<a>; a="', ' ', ';a;']) {
      nextLink(part.repeat((16 * 1024) / part.length));
    }
    expect(cpuMs()).toBeLessThan(1000);
  });
});
