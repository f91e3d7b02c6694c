/** Scripts with inline metadata beside the modules of a package. */

import { expect, it } from 'vitest';

import { readAmong } from '../../../../test/support/catalog-file.ts';
import { pythonScript } from './script.ts';

const BLOCK = '# /// script\n# dependencies = ["a<2"]\n# ///\n';

it.each([
  ['#!/usr/bin/env -S uv run --script\n', ['a']],
  ['#!/usr/bin/env -S pipx run\n', ['a']],
  ['#!/usr/bin/hatch run\n', ['a']],
  ['#!/usr/bin/env -S pdm run\n', ['a']],
  ['#! /opt/uv run -q -s\n', ['a']],
  ['#!/usr/bin/env python3\n', undefined],
  ['', undefined],
  ['#!/usr/bin/env uvicorn\n', undefined],
  ['import uv\n', undefined],
])('first line %j of a file in a package', async (line, names) => {
  const files = { '/own/tool.py': `${line}${BLOCK}`, '/own/__init__.py': '' };
  const { manifest } = await readAmong(pythonScript, files);
  expect(manifest?.requests.map(({ name }) => name)).toEqual(names);
});
