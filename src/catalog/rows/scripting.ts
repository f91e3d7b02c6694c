/** Ruby, PHP, Perl, Lua, R, Julia, Elixir and Erlang. */

import type { CatalogerRow } from '../cataloger.ts';

export const SCRIPTING_ROWS: readonly CatalogerRow[] = [
  {
    id: 'rubygems/gemfile-lock',
    ecosystem: 'rubygems',
    presence: 'declared',
    files: { names: ['Gemfile.lock', 'gems.locked'] },
    version: 1,
    load: async () => (await import('../rubygems/gemfile-lock.ts')).gemfileLock,
  },
  {
    id: 'rubygems/gemspec',
    ecosystem: 'rubygems',
    presence: 'installed',
    files: { suffixes: ['/specifications/', '/specifications/default/'] },
    version: 1,
    load: async () => (await import('../rubygems/gemspec.ts')).gemspec,
  },
  {
    id: 'rubygems/cached-gem',
    ecosystem: 'rubygems',
    presence: 'installed',
    files: { suffixes: ['.gem'] },
    version: 1,
    load: async () => (await import('../rubygems/cached-gem.ts')).cachedGem,
  },
  {
    id: 'packagist/composer-lock',
    ecosystem: 'packagist',
    presence: 'declared',
    files: { names: ['composer.lock'] },
    companions: { names: ['composer.json'] },
    version: 1,
    load: async () => (await import('../packagist/composer-lock.ts')).composerLock,
  },
  {
    id: 'packagist/installed-json',
    ecosystem: 'packagist',
    presence: 'installed',
    files: { suffixes: ['/composer/installed.json'] },
    version: 1,
    load: async () => (await import('../packagist/installed-json.ts')).installedJson,
  },
];
