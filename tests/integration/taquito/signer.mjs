// Signs through Taquito's RemoteSigner and checks what comes back with Taquito's own means.
//
//   node signer.mjs '{"url":…, "address":…, "publicKey":…, "unknown":…, "messages":[{"name","hex","double"}]}'
//
// Prints one line for each check; exits with 1 at the first that fails.

import assert from 'node:assert/strict';
import { PublicKeyNotFoundError } from '@taquito/core';
import { HttpResponseError } from '@taquito/http-utils';
import { RemoteSigner } from '@taquito/remote-signer';
import { getPkhfromPk, verifySignature } from '@taquito/utils';

const task = JSON.parse(process.argv[2]);
const signer = new RemoteSigner(task.address, task.url);

// The magic byte is what Taquito calls the watermark: it puts it in front of the bytes.
function split(hex) {
  return [hex.slice(2), Uint8Array.of(Number.parseInt(hex.slice(0, 2), 16))];
}

async function sign(hex, from = signer) {
  return from.sign(...split(hex));
}

async function checkKeys() {
  assert.equal(await signer.publicKey(), task.publicKey);
  assert.equal(await signer.publicKeyHash(), task.address);
  assert.equal(getPkhfromPk(await signer.publicKey()), task.address);
}

async function checkSignature({ name, hex }) {
  const signed = await sign(hex);
  assert.equal(signed.bytes, hex.slice(2), name);
  assert.ok(verifySignature(hex, task.publicKey, signed.prefixSig), name);
  assert.ok(!verifySignature(`${hex}00`, task.publicKey, signed.prefixSig), name);
  const again = await sign(hex);
  assert.equal(again.prefixSig, signed.prefixSig, name);
}

async function checkDouble({ name, double }) {
  await assert.rejects(sign(double), (error) => {
    assert.ok(error instanceof HttpResponseError, `${name}: ${error}`);
    assert.equal(error.status, 409);
    assert.match(error.body, /already signed with different data/);
    return true;
  });
}

async function checkUnknownKey() {
  const stranger = new RemoteSigner(task.unknown, task.url);
  await assert.rejects(stranger.publicKey(), PublicKeyNotFoundError);
  await assert.rejects(sign(task.messages[0].hex, stranger), PublicKeyNotFoundError);
}

async function checkRefusals() {
  // These two classes of Taquito are not exported: their names are what there is.
  const { hex } = task.messages[0];
  await assert.rejects(sign(`03${hex.slice(2)}`), { name: 'OperationNotAuthorized' });
  await assert.rejects(sign(hex.slice(0, 40)), { name: 'BadSigningData' });
}

async function check(name, action) {
  await action();
  console.log(`ok ${name}`);
}

await check('keys', checkKeys);
for (const message of task.messages) {
  await check(`sign ${message.name}`, () => checkSignature(message));
}
for (const message of task.messages) {
  await check(`double ${message.name}`, () => checkDouble(message));
}
await check('unknown key', checkUnknownKey);
await check('refusals', checkRefusals);
