/**
 * Names and endings of files that name dependencies and that no cataloger reads yet;
 * `other/unread-tools.ts` describes them.
 */

/** A cataloger that comes to read one takes its name away here. */
export const UNREAD_NAMES = [
  'bun.lockb',
  'bower.json',
  'maven_install.json',
  'pixi.lock',
  'conda-lock.yml',
  'Gopkg.lock',
  'glide.lock',
  'Godeps.json',
  'packrat.lock',
  'libman.json',
  'buildout.cfg',
  'shard.lock',
  'shard.yml',
  'dub.selections.json',
  'dub.json',
  'cpanfile',
  'Cartfile',
  'elm.json',
  'Cartfile.resolved',
  'build.zig.zon',
] as const;

/** The same for files that only their endings name. */
export const UNREAD_ENDINGS = ['.rockspec', '.nimble', '.opam'] as const;
