import { describe, expect, it } from 'vitest';

import { testImage, testPackage } from '../../../../test/support/reports.ts';
import { originText } from './origin-text.ts';

describe('originText', () => {
  it.each([
    ['a classic RUN', '/bin/sh -c apt-get update', 'layer 1: RUN apt-get update'],
    ['a classic COPY', '/bin/sh -c #(nop) COPY dir:1 in /app ', 'layer 1: COPY dir:1 in /app'],
    ['a BuildKit RUN', 'RUN /bin/sh -c apk add curl # buildkit', 'layer 1: RUN apk add curl'],
    ['a RUN with arguments', 'RUN |1 V=2 /bin/sh -c make # buildkit', 'layer 1: RUN make'],
    ['a classic RUN with arguments', '|1 V=2 /bin/sh -c make', 'layer 1: RUN make'],
    ['an instruction of another tool', 'bazel build', 'layer 1: bazel build'],
    ['no history', '', 'layer 1'],
  ])('%s', (_name, createdBy, expected) => {
    const artifact = testImage({ layers: [{ createdBy }] });
    expect(originText(testPackage('a', '1', { introducedIn: 0 }), artifact)).toBe(expected);
  });

  it('names file and line of a system package outside of images', () => {
    const artifact = { kind: 'rootfs', reference: '/mnt', layers: [{}] } as const;
    expect(originText(testPackage('a', '1'), artifact)).toBe('lib/apk/db/installed:12');
  });
});
