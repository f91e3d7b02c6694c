/** Catalogers of WordPress plugins and themes. */

import type { CatalogerRow } from '../cataloger.ts';

/** The rows of WordPress plugins and themes, in the order in which they are tried. */
export const WORDPRESS_ROWS: readonly CatalogerRow[] = [
  {
    id: 'wordpress/plugin',
    ecosystem: 'wordpress',
    presence: 'installed',
    files: { suffixes: ['.php'], below: '/wp-content/plugins/' },
    version: 1,
    load: async () => (await import('../wordpress/plugin.ts')).wordpressPlugin,
  },
];
