/** `assay verify-blob`: verifies the signatures of a file. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { readBoundedFile } from '../../../base/bounded-file.ts';
import { AssayError, errorMessage } from '../../../base/errors.ts';
import { readCount } from '../../../config/values.ts';
import { MAX_SIGNATURE_BYTES } from '../../../signing/blob-signature.ts';
import { imageOutcome, type SignatureRequirement } from '../../../signing/image/image-outcome.ts';
import type { VerifyingKey } from '../../../signing/judgment.ts';
import { readPublicKey } from '../../../signing/public-key.ts';
import { judgeBlobSignatures, type SignatureFile } from '../../../signing/verify-blob.ts';
import { loadTrustedKeys } from '../../../signing/trusted-keys.ts';
import { signatureRules, signersFor } from '../../../trust/decisions.ts';
import { openTrustFile, TRUST_FLAG } from '../../shell/options/trust-options.ts';
import { FORMAT_FLAG } from '../../shell/options/report-flags.ts';
import { readResultFormat } from '../../print/result-output.ts';
import type { CommandModule, Session } from '../command.ts';
import { oneFile, readBlob } from './blob-file.ts';
import { SIGNATURE_FLAG, VERIFY_KEY_FLAGS } from './flags.ts';
import { answerVerification } from './verification-answer.ts';

/** Names beside a file that signatures have, in their order. */
const USUAL_NAMES = ['.sigstore.json', '.sig', '.minisig'] as const;

export const verifyBlob: CommandModule = {
  usage: 'FILE',
  description:
    'Verifies the signatures of a file: base64 and bundles as cosign and "assay sign-blob" write them, and minisign. The keys come from --verify-key, else from the trust file, where only keys with the scope "**" count. Each signature is listed, with its key and the reason why it does not count. The exit code is 10 if there is no signature, and 12 if too few count.',
  flags: [...VERIFY_KEY_FLAGS, SIGNATURE_FLAG, TRUST_FLAG, FORMAT_FLAG],
  examples: [
    {
      command: 'assay verify-blob app.tar.gz --verify-key team.pub',
      purpose: 'with the signatures beside the file',
    },
    {
      command: 'assay verify-blob app.tar.gz --trust assay.trust.yaml',
      purpose: 'with the keys of a trust file that have the scope "**"',
    },
  ],
  run: async (session) => {
    const format = readResultFormat(session);
    const file = oneFile(session, 'verify-blob');
    const content = await readBlob(session, file);
    const { keys, requirements, warnings } = await keysOf(session);
    const signatures = await readSignatures(session, file);
    const now = session.context.now();
    const judgments = judgeBlobSignatures(content, signatures, { keys, now });
    const outcome = imageOutcome(judgments, requirements, `"${file}"`);
    return answerVerification(session, {
      format,
      subject: { file },
      judgments,
      outcome: { ...outcome, warnings },
    });
  },
};

interface Keys {
  readonly keys: readonly VerifyingKey[];
  /** All of which must be met. */
  readonly requirements: readonly SignatureRequirement[];
  readonly warnings: readonly string[];
}

async function keysOf(session: Session): Promise<Keys> {
  const { flags, io } = session;
  const text = flags.text('threshold');
  const asked = text === undefined ? undefined : readCount('threshold', text);
  const paths = [...new Set(flags.list('verify-key'))];
  if (paths.length === 0) return trustedKeys(session, asked);
  const found = await openTrustFile(session);
  const known = found === undefined ? [] : await loadTrustedKeys(found);
  const byId = new Map<string, VerifyingKey>();
  let isChanged = false;
  for (const path of paths) {
    const publicKey = await readPublicKey(resolve(io.cwd, path));
    // What the trust file says of a key holds wherever the key comes from: a revoked one counts for nothing.
    const entry = known.find((key) => key.publicKey.id === publicKey.id);
    isChanged ||= entry !== undefined;
    byId.set(publicKey.id, { ...entry, name: path, publicKey });
  }
  const threshold = asked ?? byId.size;
  refuseThreshold(threshold, byId.size);
  const warning = isChanged ? found?.warning : undefined;
  return {
    keys: [...byId.values()],
    requirements: [{ threshold }],
    warnings: warning === undefined ? [] : [warning],
  };
}

async function trustedKeys(session: Session, asked: number | undefined): Promise<Keys> {
  const found = await openTrustFile(session);
  if (found === undefined) {
    throw new AssayError('USAGE', 'no key is given, and there is no trust file', {
      hint: 'Give a public key: --verify-key team.pub. Or name a trust file: --trust FILE',
    });
  }
  const keys = signersFor(await loadTrustedKeys(found), undefined);
  if (keys.length === 0) {
    throw new AssayError('CONFIG_INVALID', `no key of "${found.trust.name}" has the scope "**"`, {
      hint: 'A file belongs to no repository, so only keys for everything count. Give --verify-key FILE, or add the scope.',
    });
  }
  // A rule for everything holds for files as well, whatever the command line asks in addition.
  const requirements: SignatureRequirement[] = signatureRules(found.trust, undefined).map(
    ({ threshold, signers, where }) => ({
      threshold,
      where,
      ...(signers !== undefined && { signers }),
    }),
  );
  if (asked !== undefined || requirements.length === 0) {
    const threshold = asked ?? 1;
    refuseThreshold(threshold, keys.length);
    requirements.push({ threshold });
  }
  return { keys, requirements, warnings: found.warning === undefined ? [] : [found.warning] };
}

function refuseThreshold(threshold: number, count: number): void {
  if (threshold <= count) return;
  throw new AssayError(
    'USAGE',
    `--threshold ${threshold} is more than the ${count} keys that are given`,
    {
      hint: 'A key counts once, under whatever names it is given.',
    },
  );
}

async function readSignatures(session: Session, file: string): Promise<readonly SignatureFile[]> {
  const { flags, io } = session;
  const named = flags.list('signature');
  const usual = USUAL_NAMES.map((suffix) => `${file}${suffix}`);
  const places =
    named.length > 0 ? named : usual.filter((name) => existsSync(resolve(io.cwd, name)));
  return Promise.all(
    places.map(async (place) => {
      try {
        const bytes = await readBoundedFile(resolve(io.cwd, place), {
          maxBytes: MAX_SIGNATURE_BYTES,
        });
        return { place, bytes };
      } catch (error) {
        throw new AssayError(
          'NOT_FOUND',
          `cannot read the signature "${place}": ${errorMessage(error)}`,
          {
            hint: 'Name the file of the signature: --signature FILE',
            cause: error,
          },
        );
      }
    }),
  );
}
