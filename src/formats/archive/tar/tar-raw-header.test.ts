import { describe, expect, it } from 'vitest';
import { TarRawHeaderReader } from './tar-raw-header.ts';
import { writeTar, type TarMember } from './tar-writer.ts';

function read(member: TarMember): TarRawHeaderReader | undefined {
  const reader = new TarRawHeaderReader();
  return reader.read(Buffer.from(writeTar([member])), 0) ? reader : undefined;
}

describe('TarRawHeaderReader', () => {
  it.each([
    ['usr/share/doc/a', 'usr/share/doc/', 'a'],
    ['./usr/bin/a.b', 'usr/bin/', 'a.b'],
    ['a', '', 'a'],
    ['./.hidden', '', '.hidden'],
    ['srv/.config/.x..', 'srv/.config/', '.x..'],
    ['srv/a.wh.b', 'srv/', 'a.wh.b'],
    ['x'.repeat(100), '', 'x'.repeat(100)],
  ])('reads %s', (path, folder, name) => {
    const file = read({ path, mode: 0o4755, body: 'four' });
    const text = (start = 0, end = 0): string =>
      Buffer.from(file?.bytes ?? '').toString('latin1', start, end);
    expect([text(file?.start, file?.nameStart), text(file?.nameStart, file?.end)]).toEqual([
      folder,
      name,
    ]);
    expect([file?.mode, file?.sizeBytes]).toEqual([0o4755, 4]);
  });

  it.each([
    ['/absolute'],
    ['.'],
    ['./'],
    ['..'],
    ['../a'],
    ['a/../b'],
    ['a/./b'],
    ['././a'],
    ['a//b'],
    ['a/'],
    ['a/.'],
    ['a/..'],
    ['a/.wh.b'],
    ['.wh..wh..opq'],
    ['./.wh.b'],
    ['a/é'],
    [`${'x'.repeat(90)}/${'y'.repeat(20)}`],
  ])('leaves %s to the reader of whole headers', (path) => {
    expect(read({ path })).toBeUndefined();
  });

  it('leaves everything that is not a plain file to it', () => {
    expect(read({ path: 'a', type: 'directory' })).toBeUndefined();
    expect(read({ path: 'a', type: 'symlink', target: 'b' })).toBeUndefined();
    expect(read({ path: 'a', type: 'hardlink', target: 'b' })).toBeUndefined();
  });

  it('leaves sizes and modes that are not numbers to it', () => {
    for (const place of [100, 124]) {
      const block = Buffer.from(writeTar([{ path: 'a' }]));
      block.write('9', place);
      expect(new TarRawHeaderReader().read(block, 0)).toBe(false);
    }
  });
});
