/**
 * The check of the trust file in `assay doctor`: the file that is read, and whether its keys can be
 * used.
 */

import { AssayError } from '../../../../core/base/errors.ts';
import { pluralize } from '../../../../core/base/pluralize.ts';
import { redact } from '../../../../core/base/redact.ts';
import type { TrustFile } from '../../../../trust/trust-file/trust-file.ts';
import { openTrustFile } from '../../shell/options/trust-options.ts';
import type { Session } from '../command.ts';

/** Returns a row about the trust file; none if there is no trust file and none is named. */
export async function trustCheck(session: Session): Promise<
  readonly {
    readonly name: string;
    readonly status: 'ok' | 'note' | 'bad';
    readonly message: string;
  }[]
> {
  const name = 'trust file';
  try {
    const found = await openTrustFile(session);
    if (found === undefined) return [];
    const { loadTrustedKeys } = await import('../../../../trust/signing/trusted-keys.ts');
    const { length } = await loadTrustedKeys(found);
    const { trust, warning } = found;
    for (const file of furtherFiles(trust)) await found.readFile(file);
    const what = `${trust.name}: ${pluralize(length, 'key')}, ${pluralize(trust.identities.length, 'identity', 'identities')}`;
    return [{ name, status: 'ok', message: warning === undefined ? what : `${what}; ${warning}` }];
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    const hint = error.hint === undefined ? '' : ` ${error.hint}`;
    return [{ name, status: 'bad', message: redact(`${error.message}.${hint}`) }];
  }
}

/** Returns the files that a trust file names besides those of its keys. */
function furtherFiles({ commits, trustedRoots }: TrustFile): ReadonlySet<string> {
  const { signers = [], forges = [], authorities = [], roots = [] } = commits ?? {};
  const materials = [
    ...[...signers, ...forges].flatMap(({ keys }) => keys),
    ...authorities.map(({ key }) => key),
    ...roots,
  ];
  const files = [...materials, ...trustedRoots].map((one) =>
    'file' in one ? one.file : undefined,
  );
  return new Set(files.filter((file) => file !== undefined));
}
