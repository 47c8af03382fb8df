// server.mjs: starts the program that TERANG_TEST_BINARY names on a free port of this machine, and ends it. Started as root
// it becomes the system user terang; where that user is missing, it is started as nobody. Not for: browsers, data.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
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

// { address, stop() }. stop() ends the server and gives its exit status. Fails with what the server said.
export async function startServer(program = process.env.TERANG_TEST_BINARY) {
  if (!program) throw new Error('TERANG_TEST_BINARY names no program');
  const port = await freePort();
  const command = [program, 'serve', `--listen=127.0.0.1:${port}`];
  if (process.getuid() === 0 && !hasUser('terang')) command.unshift('setpriv', '--reuid=65534', '--regid=65534', '--clear-groups');
  const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((done) => child.on('error', (e) => done(e.message)).on('exit', (code, signal) => done(code ?? signal)));
  const address = `http://127.0.0.1:${port}`;
  let said = '', over = false;
  ended.then(() => { over = true; });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => { said += text; });

  const stop = async () => {
    child.kill('SIGTERM');
    return ended;
  };
  for (const end = Date.now() + PATIENCE_MS; !over && Date.now() < end; await sleep(50)) {
    if (await isReady(address)) return { address, stop };
  }
  const how = await stop();
  throw new Error(`the server was not ready (${how}):\n${said}`);
}
