import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { wordpressPlugin } from './plugin.ts';

const PATH = '/var/www/html/wp-content/plugins/akismet/akismet.php';
const PLUGIN = `<?php
/**
 * @package Akismet
 */
/*
Plugin Name:Akismet: Spam
Plugin URI: https://akismet.com/
Version: 5.3
Version: 6
*/
`;

describe('a plugin of WordPress', () => {
  it.each([
    [PATH, PLUGIN, [['Akismet: Spam', '5.3', 6]]],
    ['/wp-content/plugins/hello.php', '<?php /* Plugin Name: Hello */', [['Hello', '', 1]]],
    [PATH, '<?php // Version: 1\n', []],
    ['/wp-content/plugins/a/inc/b.php', PLUGIN, []],
  ])('%s', async (path, body, expected) => {
    const { packages } = await readCatalog(wordpressPlugin, path, body);
    expect(packages.map(({ name, version, line }) => [name, version, line])).toEqual(expected);
  });

  it('survives hostile files', () => survivesHostileInput(wordpressPlugin, PATH, PLUGIN));
});
