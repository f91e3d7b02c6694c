import { describe, expect, it } from 'vitest';
import { firstDifference } from './first-difference.ts';
import { normalize } from './normalize.ts';

/** What is left of two outputs of lanes `/lane/a` and `/lane/b`. */
function difference(base: string, other: string): string | undefined {
  return firstDifference(
    normalize(Buffer.from(base), '/lane/a'),
    normalize(Buffer.from(other), '/lane/b'),
  );
}

describe('members that are not compared', () => {
  it.each([
    ['the duration of a report', '{"durationMs": 12}', '{"durationMs": 7}'],
    ['the duration in compact JSON', '{"durationMs":12}', '{"durationMs":1.5}'],
    [
      'the end of a GitLab scan',
      '{"end_time": "2026-12-01T00:00:00"}',
      '{"end_time": "2026-12-01T00:00:01"}',
    ],
    [
      'the end of a cosign-vuln scan',
      '{"scanFinishedOn":"2026-12-01T00:00:00.083Z"}',
      '{"scanFinishedOn":"2026-12-01T00:00:00.12Z"}',
    ],
    ['the time of an import', 'Read 131.3 MB in 6.8 s.\n', 'Read 131.3 MB in 12.0 s.\n'],
    ['the time of a fetched feed', '(2240430 bytes in 0.3 s)', '(2240430 bytes in 1 s)'],
    ['the time of a request', 'GET x 200 (12 ms)', 'GET x 200 (7 ms)'],
    ['the directory', 'no "/lane/a/cache"', 'no "/lane/b/cache"'],
    ['a temporary directory', '/lane/a/tmp/assay-demo-b1gDaK/x', '/lane/b/tmp/assay-demo-Hg2lAY/x'],
    ['a truncated temporary directory', '/lane/a/tmp/…demo-b1gDaK/x', '/lane/b/tmp/…demo-HgzlAY/x'],
    ['the shard of a cache', '/lane/a/own/layers/f1"', '/lane/b/own/layers/38"'],
  ])('%s', (_, base, other) => {
    expect(base).not.toBe(other);
    expect(difference(base, other)).toBeUndefined();
  });
});

describe('everything else is compared', () => {
  it.each([
    ['the start', '{"startedAt":"2026-12-01"}', '{"startedAt":"2026-12-02"}', '$.startedAt'],
    ['a number beside a duration', '{"durationMs":1,"n":1}', '{"durationMs":2,"n":2}', '$.n'],
    ['the name of a duration', '{"durationMs":1}', '{"duration":1}', '$.durationMs'],
    ['the start of a GitLab scan', '{"start_time":"a"}', '{"start_time":"b"}', '$.start_time'],
    ['a size before a time', 'Read 1 MB in 6.8 s.', 'Read 2 MB in 6.8 s.', 'line 1'],
    ['a deeper member', '{"a":[{"b":1},{"b":2}]}', '{"a":[{"b":1},{"b":3}]}', '$.a[1].b: 2 / 3'],
    ['an added item', '[1]', '[1,2]', '$: 1 items / 2 items'],
    ['an added member', '{"a":1}', '{"a":1,"b":2}', '$.b: absent / 2'],
    ['the order of members', '{"a":1,"b":2}', '{"b":2,"a":1}', '$: members in another order'],
    ['white space in JSON', '{"a":1}', '{"a": 1}', 'byte 5, line 1'],
    ['a later line', 'one\ntwo\n', 'one\nTwo\n', 'byte 4, line 2: "two" / "Two"'],
    ['a missing line', 'one\ntwo\n', 'one\n', 'byte 4, line 2: "two" / end of output'],
    ['letters outside ASCII', '{"a":"ä"}', '{"a":"ö"}', '$.a: "ä" / "ö"'],
    ['a path outside the directory', '/lane/c/x', '/lane/d/x', 'byte 6'],
    ['a file beside a temporary directory', '/lane/a/tmp/x-1', '/lane/b/tmp/x-2', 'byte 18'],
  ])('%s', (_, base, other, place) => {
    expect(difference(base, other)).toContain(place);
  });

  it('bytes that are not UTF-8', () => {
    const texts = [0xff, 0xfe].map((byte) => normalize(Buffer.from([byte]), '/lane/a'));
    expect(firstDifference(texts[0] ?? '', texts[1] ?? '')).toContain('byte 0');
  });
});
