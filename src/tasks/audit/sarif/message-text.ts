/**
 * The text of a message.
 *
 * Source: SARIF 2.1.0, 3.11 (`message`): a text, or the id of a text of the rule or of the
 * component, with `{0}` for arguments, `{{` and `}}` for braces, and `[text](address)` for links.
 * Markdown is not read.
 */

import type { Descriptor } from './rule-descriptors.ts';
import type { SarifNode } from './sarif-node.ts';

const PLACEHOLDER = /\{\{|\}\}|\{(?<index>\d{1,4})\}/gu;
const LINK = /\[(?<text>(?:[^[\]\\]|\\.){1,500})\]\((?:[^()\\\s]|\\.){1,2000}\)/gu;
const ESCAPED_BRACKET = /\\(?<bracket>[[\]\\])/gu;

/** Returns the text of a message; `undefined` if the document does not have it. */
export function messageText(
  message: SarifNode,
  descriptor: Descriptor | undefined,
  driver: SarifNode,
): string | undefined {
  const text = message.text('text') ?? storedText(message, descriptor, driver);
  if (text === undefined) return undefined;
  const values = message.texts('arguments');
  return withoutLinks(withArguments(text, values)).trim();
}

function storedText(
  message: SarifNode,
  descriptor: Descriptor | undefined,
  driver: SarifNode,
): string | undefined {
  const id = message.raw('id');
  if (id === undefined) return undefined;
  const stores = [
    descriptor?.node.object('messageStrings'),
    descriptor?.component.object('globalMessageStrings'),
    driver.object('globalMessageStrings'),
  ];
  for (const store of stores) {
    const text = store?.object(id)?.text('text');
    if (text !== undefined) return text;
  }
  return undefined;
}

function withArguments(text: string, values: readonly string[]): string {
  if (values.length === 0) return text;
  return text.replace(PLACEHOLDER, (whole: string, index?: string) => {
    if (whole === '{{') return '{';
    if (whole === '}}') return '}';
    return values[Number(index)] ?? whole;
  });
}

function withoutLinks(text: string): string {
  if (!text.includes('[') && !text.includes('\\')) return text;
  return text.replace(LINK, '$<text>').replace(ESCAPED_BRACKET, '$<bracket>');
}
