/** Writes answers that are rendered as one text. */

import { textPieces } from '../../../scan/report/text/text-pieces.ts';
import type { Session } from '../commands/command.ts';
import { writeReportFile, type Output } from './outputs.ts';

/**
 * Writes each output to its file or to standard output. @throws AssayError `ACCESS_DENIED` where a
 * file cannot be written
 */
export async function writeTexts(
  session: Session,
  outputs: readonly Output[],
  render: (output: Output) => string,
): Promise<void> {
  for (const output of outputs) {
    const { format, path } = output;
    const text = render(output);
    if (path === undefined) await session.write(text);
    else {
      await writeReportFile(path, session.io.cwd, textPieces([text]));
      session.context.log.info(`wrote ${format} to ${path}`);
    }
  }
}
