/** Catalogers of Ruby. */

import type { CatalogerRow } from '../cataloger.ts';
import { PROJECT_ARTIFACTS } from '../project-artifacts.ts';

/** The rows of Ruby, in the order in which they are tried. */
export const RUBYGEMS_ROWS: readonly CatalogerRow[] = [
  {
    id: 'rubygems/gemfile-lock',
    ecosystem: 'rubygems',
    presence: 'declared',
    isLockfile: true,
    files: { isReadInPlace: true, areFilesOnly: true, names: ['Gemfile.lock', 'gems.locked'] },
    companions: { names: ['Gemfile', 'gems.rb'] },
    version: 3,
    load: async () => (await import('../rubygems/gemfile-lock.ts')).gemfileLock,
  },
  {
    id: 'rubygems/gemfile-requests',
    ecosystem: 'rubygems',
    presence: 'declared',
    files: { names: ['Gemfile', 'gems.rb'] },
    companions: { suffixes: ['.gemspec'] },
    version: 3,
    load: async () => (await import('../rubygems/gemfile-requests.ts')).gemfileRequests,
  },
  {
    id: 'rubygems/inline-gemfile',
    ecosystem: 'rubygems',
    presence: 'declared',
    isScript: true,
    files: {
      scripts: [
        { suffixes: ['.rb', '.rake', '.ru'], texts: ['bundler/inline'], notBelow: ['/lib/'] },
      ],
      magics: ['#!'],
      markers: ['bundler/inline'],
    },
    version: 2,
    load: async () => (await import('../rubygems/inline-gemfile.ts')).inlineGemfile,
  },
  {
    id: 'rubygems/gemspec-requests',
    ecosystem: 'rubygems',
    presence: 'declared',
    artifacts: PROJECT_ARTIFACTS,
    files: { suffixes: ['.gemspec'] },
    version: 3,
    load: async () => (await import('../rubygems/gemspec-requests.ts')).gemspecRequests,
  },
  {
    id: 'rubygems/gemspec',
    ecosystem: 'rubygems',
    presence: 'installed',
    detectsLastDeletion: true,
    files: { suffixes: ['/specifications/', '/specifications/default/'] },
    version: 2,
    load: async () => (await import('../rubygems/gemspec.ts')).gemspec,
  },
  {
    id: 'rubygems/cached-gem',
    ecosystem: 'rubygems',
    presence: 'installed',
    isArchive: true,
    files: { isReadInPlace: true, suffixes: ['.gem'] },
    version: 1,
    load: async () => (await import('../rubygems/cached-gem.ts')).cachedGem,
  },
];
