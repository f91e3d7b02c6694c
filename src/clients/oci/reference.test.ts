import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AssayError } from '../../core/base/errors.ts';
import {
  familiarReference,
  formatImageReference,
  parseImageReference,
  parseWrittenReference,
} from './reference.ts';
import { startCpuClock } from '../../../test/support/cpu-time.ts';

const DIGEST = `sha256:${'a1'.repeat(32)}`;

describe('a login in front of the host', () => {
  it.each([
    [`ann:pw@ghcr.io/acme/app:1@${DIGEST}`, `"ghcr.io/acme/app:1@${DIGEST}"`],
    ['https://ann:pw@ghcr.io/app', '"https://ghcr.io/app"'],
    ['ann@localhost:5000/app', '"localhost:5000/app"'],
  ])('is not repeated: %s', (text, shown) => {
    const error = catchError(() => parseImageReference(text));
    expect(error).toMatchObject({
      code: 'USAGE',
      message: `${shown} is not an image reference: a login stands in front of it`,
    });
  });
});

describe('parseImageReference', () => {
  it.each([
    ['debian', 'docker.io/library/debian', 'debian'],
    ['debian:12-slim', 'docker.io/library/debian:12-slim', 'debian:12-slim'],
    ['acme/app', 'docker.io/acme/app', 'acme/app'],
    ['library/debian', 'docker.io/library/debian', 'debian'],
    ['docker.io/debian', 'docker.io/library/debian', 'debian'],
    ['index.docker.io/acme/app:1', 'docker.io/acme/app:1', 'acme/app:1'],
    ['library/a/b', 'docker.io/library/a/b', 'library/a/b'],
    ['localhost/app', 'localhost/app', 'localhost/app'],
    ['localhost:5000/app:1', 'localhost:5000/app:1', 'localhost:5000/app:1'],
    ['[::1]:5000/app', '[::1]:5000/app', '[::1]:5000/app'],
    ['UPPER/app', 'UPPER/app', 'UPPER/app'],
    [
      `ghcr.io/acme/a__b--c:V1@${DIGEST}`,
      `ghcr.io/acme/a__b--c:V1@${DIGEST}`,
      `ghcr.io/acme/a__b--c:V1@${DIGEST}`,
    ],
    [`app@${DIGEST}`, `docker.io/library/app@${DIGEST}`, `app@${DIGEST}`],
    ['192.168.0.1', 'docker.io/library/192.168.0.1', '192.168.0.1'],
  ])('reads %s', (text, full, familiar) => {
    const reference = parseImageReference(text);
    expect(formatImageReference(reference)).toBe(full);
    expect(familiarReference(reference)).toBe(familiar);
    expect(parseImageReference(familiar)).toEqual(reference);
  });

  it.each([
    ['nothing', '', 'a part of the name is empty'],
    ['a tag alone', ':tag', 'a part of the name is empty'],
    ['a host alone', 'ghcr.io/', 'a part of the name is empty'],
    ['an empty part', 'acme//app', 'a part of the name is empty'],
    ['upper case', 'acme/App', '"App" is not a part of a repository name'],
    ['a leading dash', '-app', '"-app" is not a part of a repository name'],
    ['three underscores', 'a___b', '"a___b" is not a part'],
    ['a URL', 'https://ghcr.io/acme/app', 'it is a URL'],
    ['an image id', 'ab'.repeat(32), 'a name of 64 hexadecimal digits'],
    ['a zone in an address', '[fe80::1%eth0]:5000/app', 'is not a part'],
    ['a long tag', `app:${'t'.repeat(129)}`, 'is not a tag'],
    ['an empty tag', 'app:', '"" is not a tag'],
    ['a short digest', 'app@sha256:abc', '"sha256:abc" is not a digest'],
    ['another algorithm', `app@md5:${'a'.repeat(32)}`, 'is not a digest'],
    ['SHA-512', `app@sha512:${'a'.repeat(128)}`, 'is not a digest'],
    ['two digests', `app@${DIGEST}@${DIGEST}`, 'is not a digest'],
    ['a port that is none', 'localhost:65536/app', '"localhost:65536" is not a host'],
    ['an address that is none', '1.2.3.999/app', '"1.2.3.999" is not a host'],
    ['a long path', `ghcr.io/${'a'.repeat(256)}`, 'its path has 256 characters'],
  ])('refuses %s', (_, text, reason) => {
    const error = catchError(() => parseImageReference(text));
    expect(error).toBeInstanceOf(AssayError);
    expect(error).toMatchObject({ code: 'USAGE', hint: expect.any(String) as string });
    expect((error as AssayError).message).toContain(`"${text}" is not an image reference: `);
    expect((error as AssayError).message).toContain(reason);
  });

  it('only ever throws a usage error', () => {
    const alphabet = fc.constantFrom(...Array.from('aA0.:/@-_[]%~'), 'docker.io/', DIGEST);
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 20 }), (parts) => {
        const text = parts.join('');
        const read = (): string => formatImageReference(parseImageReference(text));
        try {
          const full = read();
          expect(formatImageReference(parseImageReference(full))).toBe(full);
        } catch (error) {
          expect(error).toMatchObject({ code: 'USAGE' });
        }
      }),
    );
  });

  it('refuses a hostile name in linear time', () => {
    const cpuMs = startCpuClock();
    expect(() => parseImageReference(`x.${'a-'.repeat(50_000)}/b`)).toThrow(AssayError);
    expect(() => parseImageReference(`${'a.'.repeat(50_000)}/b`)).toThrow(AssayError);
    expect(cpuMs()).toBeLessThan(10_000);
  });
});

describe('parseWrittenReference', () => {
  it.each([
    ['app:5000', { path: 'app', tag: '5000' }],
    ['foo/bar:1', { domain: 'foo', path: 'bar', tag: '1' }],
    ['foo_bar/baz', { path: 'foo_bar/baz' }],
  ])('reads %s by the grammar alone', (text, parts) => {
    expect(parseWrittenReference(text)).toEqual(parts);
  });
});

function catchError(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}
