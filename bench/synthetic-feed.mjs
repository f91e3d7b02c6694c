/**
 * Writes a mirror with one OSV archive of made-up npm records that are like real ones in size and
 * shape: prose, ranges, references, a vector. The same number gives the same bytes.
 *
 *   node synthetic-feed.mjs FOLDER RECORDS
 */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';

const [, , folder, count] = process.argv;
const WORDS =
  'a an the of in to and is are was package module version attacker remote code execution denial service request header parser input output function allows crafted malicious user data validation path traversal prototype pollution regular expression injection server client token session cookie upgrade fixed affected before after release patch workaround impact details when handling large nested object array string buffer memory file system network'.split(
    ' ',
  );
const VECTORS = [
  'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
  'CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N',
  'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:H',
  'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N',
];

let state = 1;
function random(below) {
  state = (state * 48_271) % 2_147_483_647;
  return state % below;
}

function prose(words) {
  let text = '';
  for (let index = 0; index < words; index += 1) text += `${WORDS[random(WORDS.length)]} `;
  return text;
}

function record(index) {
  const name = `package-${random(Number(count))}`;
  const minor = random(40);
  const id = `GHSA-${index.toString(36).padStart(4, '0')}-${random(1e6).toString(36).padStart(4, '0')}-synt`;
  const at = new Date(1.4e12 + index * 1e6).toISOString().replace(/\.\d+/, '');
  return {
    schema_version: '1.7.0',
    id,
    modified: at,
    published: at,
    aliases: [`CVE-${2014 + (index % 12)}-${10_000 + index}`],
    summary: prose(9),
    details: prose(30 + random(140)),
    severity: [{ type: 'CVSS_V3', score: VECTORS[random(VECTORS.length)] }],
    affected: [
      {
        package: { ecosystem: 'npm', name, purl: `pkg:npm/${name}` },
        ranges: [
          { type: 'SEMVER', events: [{ introduced: '0' }, { fixed: `1.${minor}.${random(9)}` }] },
        ],
        versions: [],
        database_specific: { source: `https://github.com/advisories/database/${id}.json` },
      },
    ],
    references: [
      { type: 'ADVISORY', url: `https://nvd.nist.gov/vuln/detail/CVE-2024-${index}` },
      { type: 'WEB', url: `https://github.com/synthetic/${name}/security/advisories/${id}` },
      { type: 'PACKAGE', url: `https://github.com/synthetic/${name}` },
    ],
    database_specific: {
      cwe_ids: [`CWE-${20 + random(900)}`],
      severity: ['LOW', 'MODERATE', 'HIGH', 'CRITICAL'][random(4)],
      github_reviewed: true,
    },
  };
}

const target = path.join(folder, 'osv', 'npm');
mkdirSync(target, { recursive: true });
const file = openSync(path.join(target, 'all.zip'), 'w');
let offset = 0;
let pending = [];
let pendingBytes = 0;
function put(bytes) {
  pending.push(bytes);
  pendingBytes += bytes.length;
  offset += bytes.length;
  if (pendingBytes > 4e6) flush();
}
function flush() {
  writeSync(file, Buffer.concat(pending));
  pending = [];
  pendingBytes = 0;
}

const centrals = [];
for (let index = 0; index < Number(count); index += 1) {
  const value = record(index);
  const body = Buffer.from(JSON.stringify(value));
  const packed = deflateRawSync(body);
  const name = Buffer.from(`${value.id}.json`);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(20, 4);
  local.writeUInt16LE(8, 8);
  local.writeUInt32LE(crc32(body), 14);
  local.writeUInt32LE(packed.length, 18);
  local.writeUInt32LE(body.length, 22);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(20, 4);
  central.writeUInt16LE(20, 6);
  local.copy(central, 10, 8, 28);
  central.writeUInt32LE(offset, 42);
  central.writeUInt16LE(name.length, 28);
  centrals.push(central, name);
  put(local);
  put(name);
  put(packed);
}
const directoryOffset = offset;
for (const part of centrals) put(part);
const directoryBytes = offset - directoryOffset;
const end64 = Buffer.alloc(56);
end64.writeUInt32LE(0x06064b50, 0);
end64.writeBigUInt64LE(44n, 4);
end64.writeBigUInt64LE(BigInt(count), 24);
end64.writeBigUInt64LE(BigInt(count), 32);
end64.writeBigUInt64LE(BigInt(directoryBytes), 40);
end64.writeBigUInt64LE(BigInt(directoryOffset), 48);
const locator = Buffer.alloc(20);
locator.writeUInt32LE(0x07064b50, 0);
locator.writeBigUInt64LE(BigInt(offset), 8);
locator.writeUInt32LE(1, 16);
const end = Buffer.alloc(22);
end.writeUInt32LE(0x06054b50, 0);
end.writeUInt16LE(0xffff, 8);
end.writeUInt16LE(0xffff, 10);
end.writeUInt32LE(0xffffffff, 12);
end.writeUInt32LE(0xffffffff, 16);
put(end64);
put(locator);
put(end);
flush();
closeSync(file);
