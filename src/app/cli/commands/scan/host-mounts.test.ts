import { describe, expect, it } from 'vitest';
import { compileGlobs } from '../../../../core/base/glob.ts';
import { nonLocalMounts, readMounts } from './host-mounts.ts';

const MOUNTS = `\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:21 / /proc rw shared:2 - proc proc rw
24 22 0:22 / /dev/shm rw - tmpfs tmpfs rw
25 22 8:2 / /home rw - xfs /dev/sda2 rw
26 22 0:40 / /mnt/a\\040share[1] rw shared:9 master:1 - nfs4 server:/a rw
27 22 0:41 / /mnt/keys rw - fuse.sshfs x rw
28 1 0:42 / / rw - overlay overlay rw
nonsense
29 22 0:21 / /proc rw - proc proc rw
`;

describe('what is mounted and no disk of this machine', () => {
  it('is left out, but for the root', () => {
    expect(readMounts(MOUNTS)).toEqual(['/dev/shm', '/mnt/a share\\[1\\]', '/mnt/keys', '/proc']);
  });

  it('is named by globs that mean these places and no others', () => {
    const matches = compileGlobs(readMounts(MOUNTS));
    expect(matches('mnt/a share[1]')).toBe(true);
    expect(matches('mnt/a share1')).toBe(false);
  });

  it('is nothing where nobody says it', async () => {
    expect(await nonLocalMounts('/nonexistent/mountinfo')).toEqual([]);
  });

  it('is found on this machine', async () => {
    expect(await nonLocalMounts()).toEqual(
      process.platform === 'linux' ? expect.arrayContaining(['/proc']) : [],
    );
  });
});
