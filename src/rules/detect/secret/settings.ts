/**
 * Secrets in the configuration of an image: variables, labels, the command, and the history with
 * its build arguments. A secret that the history repeats is reported once, with the instruction
 * that set it.
 *
 * Source: OCI image specification, "Image Configuration".
 */

import type { RuleDraft } from '../../../core/model/rule/rule-finding.ts';
import type { SecretSettings } from '../../../core/model/rule/secret-settings.ts';
import { CONFIGURATION_PATH } from '../configuration-path.ts';
import type { ImageDetector, ImageSubject } from '../detector.ts';
import { instructionOf, variableSetters, type Instruction } from '../instruction.ts';
import { maskedExcerpt, secretDraft } from './secret-drafts.ts';
import type { SecretMatch } from './secret-format.ts';
import { SECRET_RULES } from './secret-rules.ts';
import { sharedSearcher } from './secret-search.ts';
import { UserSettings } from './user-settings.ts';

/** Detector of secrets in the configuration of an image. */
export const secretSettings: ImageDetector = {
  rules: [...SECRET_RULES.values()],
  detect: (image) => detectSettings(image, undefined),
};

/** Returns the detector with settings of the user. */
export function secretSettingsWith(settings: SecretSettings): ImageDetector {
  const user = new UserSettings(settings);
  return { rules: secretSettings.rules, detect: (image) => detectSettings(image, user) };
}

function detectSettings(image: ImageSubject, user: UserSettings | undefined): readonly RuleDraft[] {
  const instructions = image.configuration.history.map(instructionOf);
  const setters = new Map([
    ...variableSetters(instructions, 'LABEL'),
    ...variableSetters(instructions, 'ENV'),
  ]);
  const reporting: Reporting = { image, setters, user, reported: new Set() };
  return textsOf(image, instructions).flatMap((text) => draftsOf(text, reporting));
}

/** A text of the configuration. */
interface SettingText {
  /** The place, as the beginning of a sentence. */
  readonly where: string;
  readonly text: string;
  /** By which assignments are judged: `.env` for settings, `.sh` for commands. */
  readonly form: '.env' | '.sh';
  /** The instruction that the text is. */
  readonly instruction?: Instruction;
}

function textsOf(
  { configuration }: ImageSubject,
  instructions: readonly Instruction[],
): readonly SettingText[] {
  const { env, labels, command, history } = configuration;
  return [
    ...env.map((text) => ({ where: 'A variable of the image', text, form: '.env' as const })),
    ...labels.map((text) => ({ where: 'A label of the image', text, form: '.env' as const })),
    { where: 'The command of the image', text: command.join(' '), form: '.sh' },
    ...history.map(({ createdBy }, index): SettingText => {
      const instruction = instructions[index];
      const isSetting = instruction?.keyword === 'ENV' || instruction?.keyword === 'ARG';
      return {
        where: `The history of the image (${instruction?.keyword ?? 'RUN'})`,
        text: createdBy,
        form:
          isSetting || createdBy.startsWith('|') || createdBy.startsWith('RUN |') ? '.env' : '.sh',
        ...(instruction && { instruction }),
      };
    }),
  ];
}

interface Reporting {
  readonly image: ImageSubject;
  /** The instructions that set variables and labels, by their names. */
  readonly setters: ReadonlyMap<string, Instruction>;
  readonly user: UserSettings | undefined;
  /** Values that were reported; they do not leave this search. */
  readonly reported: Set<string>;
}

function draftsOf(
  { where, text, form, instruction }: SettingText,
  { image, setters, user, reported }: Reporting,
): readonly RuleDraft[] {
  const bytes = Buffer.from(text);
  const found = sharedSearcher().search(bytes, { path: `/${form}`, isBinary: false });
  const matches = user === undefined ? found : user.apply(found, bytes, CONFIGURATION_PATH);
  return matches.flatMap((match) => {
    const value = bytes.toString('utf8', match.start, match.end);
    if (reported.has(value)) return [];
    reported.add(value);
    const setBy = instruction ?? setters.get(text.slice(0, Math.max(0, text.indexOf('='))));
    const layer = setBy?.layer ?? Math.max(0, image.layers.length - 1);
    return [
      secretDraft(withName(match), {
        where,
        location: { path: CONFIGURATION_PATH, layer },
        excerpt: maskedExcerpt(bytes, match),
        ...(setBy && { instruction: setBy.shown }),
      }),
    ];
  });
}

/** A guessable secret is identified by its place, too. */
function withName(match: SecretMatch): SecretMatch {
  return match.kind.isGuessable === true
    ? { ...match, names: [...match.names, CONFIGURATION_PATH] }
    : match;
}
