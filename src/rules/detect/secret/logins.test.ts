import { describe, expect, it } from 'vitest';

import { randomOf } from '../../../../test/support/secret-corpus/random-text.ts';
import { foundSecrets } from '../../../../test/support/secret-corpus/found-secrets.ts';

const random = randomOf(40);

describe('passwords of logins', () => {
  it.each([
    ['deploy.sh', 'mysql -h db -u root -p{an:14} app < x.sql', 'command-password'],
    ['deploy.sh', "mysqldump -uroot -p'{an:14}' app", 'command-password'],
    ['deploy.sh', 'curl -fsSL -u bob:{an:14} https://host', 'command-password'],
    ['.bash_history', "curl --user 'bob:{an:14}' https://host", 'command-password'],
    ['deploy.sh', 'sshpass -p {an:14} ssh bob@host', 'command-password'],
    ['deploy.sh', 'redis-cli -h cache -a {an:14} ping', 'command-password'],
    ['deploy.sh', 'docker login -u bob -p {an:14} r.intranet', 'command-password'],
    ['Dockerfile', 'RUN mysql -p{an:14} app', 'command-password'],
    ['.netrc', 'machine api.intranet\n  login bob\n  password {an:14}', 'login-password'],
    ['_netrc', 'default login bob password {an:14}', 'login-password'],
    ['.pgpass', '# mine\ndb.intranet:5432:*:bob:{an:14}', 'login-password'],
    ['.htpasswd', 'bob:$apr1${an:8}${an:22}', 'password-hash'],
    ['htpasswd', 'bob:$2y$10${an:53}', 'password-hash'],
    ['etc/shadow', 'root:*:1::\nbob:$6${an:16}${an:86}:19000:0:::', 'password-hash'],
  ])('are found in %s: %s', (path, template, kind) => {
    const text = `${random.fill(template)}\n`;
    const found = foundSecrets(path, Buffer.from(text));
    expect(found.map(({ rule }) => rule)).toEqual([`secret/${kind}`]);
    expect(found[0]?.location.line).toBe(text.trimEnd().split('\n').length);
    expect(JSON.stringify(found)).not.toContain(text.trimEnd().slice(-12));
  });

  it.each([
    ['deploy.sh', 'mysql -u root -p app < x.sql'],
    ['deploy.sh', 'mysql -u root -p"$PASSWORD" app'],
    ['deploy.sh', 'mysql -u root -p${PASSWORD} -P3306 app'],
    ['README.md', 'curl -u user:password https://host'],
    ['README.md', 'curl -u "$USER:$TOKEN" https://host:8443/a1B2c3D4'],
    ['README.md', 'curl -u user https://host:8443/a1B2c3D4'],
    ['README.md', 'every machine login has a password policy'],
    ['.netrc', 'machine host login bob password $SECRET'],
    ['netrw.txt', 'machine {hostname} login {userid} password "{password}"'],
    ['Netrc.pm', 'machine foo.example login barney password Zq7mfLw2'],
    ['.pgpass', '# host:port:database:user:Zq7mfLw2'],
    ['.htpasswd', 'bob:*'],
    ['etc/shadow', 'daemon:!:19000:0:99999:7:::'],
    ['hash.test.js', "verify('bob:$2y$10$' + rest)"],
  ])('are not seen in %s: %s', (path, text) => {
    expect(foundSecrets(path, Buffer.from(`${text}\n`))).toEqual([]);
  });
});
