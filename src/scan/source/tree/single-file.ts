/** One file that is read for itself, such as a lockfile: `assay fs package-lock.json`. */

import { realpath } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

import { AssayError } from '../../../core/base/errors.ts';
import { fileError } from '../file-error.ts';
import { createWalks } from './directory-walk.ts';
import { findTarget } from '../image/selection.ts';
import type { ArtifactSource } from '../source.ts';

export const singleFile: ArtifactSource = {
  id: 'file',
  async accepts(request) {
    const target = await findTarget(request.reference);
    return target?.isFile === true && target.path === request.reference;
  },
  async open(request, context) {
    const target = await findTarget(request.reference);
    if (target?.isFile !== true) {
      throw new AssayError('NOT_FOUND', `there is no file "${request.reference}"`);
    }
    let path: string;
    try {
      path = await realpath(target.path);
    } catch (error) {
      throw fileError(error, target.path);
    }
    // The name that was given says what the file is, also where it is a link to one of another
    // name.
    const shownPath = `/${basename(target.path)}`;
    const file = {
      root: dirname(path),
      only: `/${basename(path)}`,
      shownAs: shownPath,
      rules: { isClosed: () => false, isSkipped: () => false },
    };
    return [
      {
        artifact: {
          kind: request.kind === 'sbom' ? 'sbom' : 'file',
          reference: request.reference,
          layers: [{}],
        },
        ...createWalks(file, request.reference, context),
        [Symbol.asyncDispose]: () => Promise.resolve(),
      },
    ];
  },
};
