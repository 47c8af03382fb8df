// server.mjs: makes an instance with `terang demo`, by the program that TERANG_TEST_BINARY names, serves it on a free port of
// this machine, and ends it. Started as root it becomes the system user terang; where that user is missing, it is started as nobody. Not
// for: browsers.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 30000; // sanitized builds on a busy machine are slow

function hasUser(name) {
  try {
    execFileSync('id', ['-u', name], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function freePort() {
  const probe = net.createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

async function isReady(address) {
  try {
    return (await fetch(`${address}/readyz`)).ok;
  } catch {
    return false;
  }
}

// { address, vkey, passwords, folder, run(...), code(login), stop() }. run() gives what a command of the program says on this
// instance, code() the second factor of a login of the demo; stop() ends the server and gives its exit status. Fails with what
// the server said.
export async function startServer(program = process.env.TERANG_TEST_BINARY) {
  if (!program) throw new Error('TERANG_TEST_BINARY names no program');
  const port = await freePort();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'terang-web-'));
  fs.chmodSync(folder, 0o777);
  const env = { ...process.env, TERANG_DATA: path.join(folder, 'data') };
  const user = process.getuid() === 0 && !hasUser('terang') ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
  const [first, ...more] = [...user, program];
  const run = (...args) => execFileSync(first, [...more, ...args], { stdio: 'pipe', env, encoding: 'utf8' });
  const told = JSON.parse(run('demo', '--json'));
  const passwords = Object.fromEntries(told.logins.map((x) => [x.login, x.password]));
  const code = (login) => run('user', 'code', login).match(/\d{6}/)[0];
  const child = spawn(first, [...more, 'serve', `--listen=127.0.0.1:${port}`], { stdio: ['ignore', 'pipe', 'pipe'], env });
  const ended = new Promise((done) => child.on('error', (e) => done(e.message)).on('exit', (code, signal) => done(code ?? signal)));
  const address = `http://127.0.0.1:${port}`;
  let said = '', over = false;
  ended.then(() => { over = true; });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => { said += text; });

  const stop = async () => {
    child.kill('SIGTERM');
    const how = await ended;
    fs.rmSync(folder, { recursive: true, force: true });
    return how;
  };
  for (const end = Date.now() + PATIENCE_MS; !over && Date.now() < end; await sleep(50)) {
    if (await isReady(address)) return { address, vkey: told.vkey, passwords, folder, run, code, stop };
  }
  const how = await stop();
  throw new Error(`the server was not ready (${how}):\n${said}`);
}
