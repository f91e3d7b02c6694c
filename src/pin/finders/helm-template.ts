/**
 * Templates of Helm charts. They are no YAML before Helm renders them, so that the images in them are listed and never
 * changed.
 *
 * Source: Helm, "Chart Template Guide".
 */

import { placesOf } from '../../format/byte-range.ts';
import type { FileReadings, Finder, FoundReference, Obstacle } from '../finder.ts';
import { isHelmTemplatePath } from './yaml-file-names.ts';

const NOTHING: FileReadings = { references: [], problems: [] };

export const helmTemplate: Finder = {
  find: (file) => {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(file.bytes);
    if (!isHelmTemplatePath(file.path) || !text.includes('{{')) return NOTHING;
    const placeOf = placesOf(file.bytes);
    const references: FoundReference[] = [];
    let offset = 0;
    for (const line of text.split('\n')) {
      const { lead, quoted } = IMAGE.exec(line)?.groups ?? {};
      if (lead !== undefined && quoted !== undefined) {
        const start = offset + Buffer.byteLength(lead);
        const value = withoutQuotes(quoted.trim()).slice(0, 1000);
        references.push({
          kind: 'image',
          value,
          edit: { range: { start, end: start }, write: () => '' },
          ...placeOf(start),
          where: 'image',
          obstacle: obstacleOf(value),
        });
      }
      offset += Buffer.byteLength(line) + 1;
    }
    return { references, problems: [] };
  },
};

const IMAGE = /^(?<lead>[ \t]*(?:-[ \t]+)?["']?image["']?[ \t]*:[ \t]+)(?<quoted>[^\s#].*)$/u;

function obstacleOf(value: string): Obstacle {
  if (value.includes('{{')) {
    return { id: 'template', message: `a template computes "${value.slice(0, 200)}"` };
  }
  return {
    id: 'template',
    message: `"${value.slice(0, 200)}" stands in a template, which is not edited`,
    advice: 'Move the reference to values.yaml, and pin it there.',
  };
}

function withoutQuotes(text: string): string {
  const { inner } = /^(?<quote>["'])(?<inner>.*)\k<quote>$/u.exec(text)?.groups ?? {};
  return inner ?? text.replace(/[ \t]+#.*$/u, '');
}
