import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import '../../../../test/support/property-seed.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { foldKey, readGoStructJson, type JsonShape } from './go-struct-json.ts';

const ITEM: JsonShape = { fields: { digest: 'text', size: 'integer', tasks: { list: 'text' } } };
const SHAPE: JsonShape = {
  fields: { layers: { list: ITEM }, config: ITEM, labels: { map: 'text' }, isOn: 'boolean' },
};

const read = (text: string | Uint8Array): unknown =>
  readGoStructJson('x.json', typeof text === 'string' ? Buffer.from(text) : text, SHAPE);

describe('readStructJson', () => {
  it.each([
    ['{}', {}],
    ['null', null],
    ['{"layers":[{"digest":"a","size":1}],"isOn":true}', undefined],
    ['{"layers":null,"config":null,"isOn":null,"labels":null}', undefined],
    ['{"labels":{"layers":"a","Layers":"b","LAYERS":"c"}}', undefined],
    ['{"other":1,"Other":2,"oTher":{"layers":1,"Layers":2}}', undefined],
    ['{"layer":1,"Layerss":2}', undefined],
  ])('reads %s', (text, expected) => {
    expect(read(text)).toEqual(expected ?? JSON.parse(text));
  });

  it('takes the last of equal keys of a map and of unknown fields, as Go does', () => {
    expect(read('{"labels":{"a":"1","a":"2"},"x":1,"x":2}')).toEqual({ labels: { a: '2' }, x: 2 });
  });

  it.each([
    ['{"Layers":[]}', 'the key "Layers" differs from "layers" only in case'],
    ['{"layers":[],"LAYERS":[]}', 'the key "LAYERS" differs'],
    ['{"layerſ":[]}', 'the key "layerſ" differs'],
    ['{"layers":[{"tas\u212As":[]}]}', 'differs from "tasks" only in case'],
    ['{"\\u004cayers":[]}', 'the key "Layers" differs'],
    ['{"layers":[{"Digest":"a"}]}', 'the key "layers.0.Digest" differs'],
    [
      '{"layers":[{"digest":"a"},{"digest":"a","diGest":"b"}]}',
      'the key "layers.1.diGest" differs',
    ],
    ['{"layers":[],"layers":[]}', 'the key "layers" occurs more than once'],
    ['{"layers":[],"\\u006cayers":[]}', 'the key "layers" occurs more than once'],
    ['{"config":{"size":1,"size":1}}', 'the key "config.size" occurs more than once'],
    ['{"config":{"size":1},"config":{}}', 'the key "config" occurs more than once'],
    ['{"config":{"size":1.5}}', 'the value of "config.size" is not an integer'],
    ['{"config":{"size":1e400}}', 'the value of "config.size" is not an integer'],
    ['{"config":{"size":"1"}}', 'the value of "config.size" is not an integer'],
    ['{"config":[]}', 'the value of "config" is not an object'],
    ['{"layers":{}}', 'the value of "layers" is not an array'],
    ['{"labels":{"a":1}}', 'the value of "labels.a" is not a string'],
    ['{"isOn":"true"}', 'the value of "isOn" is not a boolean'],
    ['[]', 'it is not an object'],
    ['\uFEFF{}', 'byte order mark'],
    ['{} {}', 'text after the end'],
    ['{}\u0000', 'text after the end'],
  ])('refuses %s', (text, reason) => {
    expect(() => read(text)).toThrow(reason);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => read(Buffer.from('{"x":"\xff"}', 'latin1'))).toThrow('not UTF-8');
  });

  it('only throws ParseError', () => {
    const key = fc.constantFrom('layers', 'Layers', 'config', 'labels', 'size', 'Size', 'x');
    const value = fc.oneof(fc.jsonValue(), fc.dictionary(key, fc.jsonValue()));
    fc.assert(
      fc.property(fc.dictionary(key, value), (json) => {
        try {
          expect(read(JSON.stringify(json))).toEqual(JSON.parse(JSON.stringify(json)));
        } catch (error) {
          expect(error).toBeInstanceOf(ParseError);
        }
      }),
    );
  });
});

describe('foldKey', () => {
  it.each([
    ['LAYERS', 'layers'],
    ['layerſ', 'layers'],
    ['docKer_version', 'docker_version'],
  ])('folds %s', (key, folded) => {
    expect(foldKey(key)).toBe(folded);
  });

  it.each(['lãyers', 'layers ', 'layerß', 'LAYERŚ', 'confıg', 'confİg'])(
    'keeps %s apart',
    (key) => {
      expect(['layers', 'config']).not.toContain(foldKey(key));
    },
  );
});
