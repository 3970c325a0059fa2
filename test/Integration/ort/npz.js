// Reads and writes .npz (a zip of .npy arrays) without any package.
// An array is {dtype, shape, data}: dtype as numpy spells it without the byte
// order ('f4', 'u1', ...), data a typed array ('b1' as Uint8Array, 'f2' as
// Uint16Array).
'use strict';
const fs = require('fs');
const zlib = require('zlib');

const TYPES = {
  f4: Float32Array, f8: Float64Array, f2: Uint16Array, b1: Uint8Array,
  i1: Int8Array, i2: Int16Array, i4: Int32Array, i8: BigInt64Array,
  u1: Uint8Array, u2: Uint16Array, u4: Uint32Array, u8: BigUint64Array,
};

function parseNpy(bytes, name) {
  if (bytes.length < 10 || bytes.toString('latin1', 1, 6) !== 'NUMPY')
    throw new Error(`${name}: not an .npy array`);
  const wide = bytes[6] > 1;
  const length = wide ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8);
  const start = (wide ? 12 : 10) + length;
  const header = bytes.toString('latin1', wide ? 12 : 10, start);
  const dtype = /'descr':\s*'([<|])(\w\d)'/.exec(header);
  const shape = /'shape':\s*\(([^)]*)\)/.exec(header);
  if (!dtype || !shape || !TYPES[dtype[2]])
    throw new Error(`${name}: unsupported header ${header.trim()}`);
  if (/'fortran_order':\s*True/.test(header))
    throw new Error(`${name}: Fortran order is not supported`);
  const dims = shape[1].split(',').map(s => s.trim()).filter(Boolean).map(Number);
  const Type = TYPES[dtype[2]];
  const size = dims.reduce((a, b) => a * b, 1) * Type.BYTES_PER_ELEMENT;
  if (bytes.length < start + size)
    throw new Error(`${name}: ${size} bytes expected, ${bytes.length - start} found`);
  // A copy, since the view must be aligned.
  const copy = new Uint8Array(bytes.subarray(start, start + size));
  return {dtype: dtype[2], shape: dims, data: new Type(copy.buffer)};
}

function readNpz(path) {
  const file = fs.readFileSync(path);
  let end = file.length - 22;
  while (end >= 0 && file.readUInt32LE(end) !== 0x06054b50) --end;
  if (end < 0)
    throw new Error(`${path}: not a zip file`);
  const arrays = {};
  let at = file.readUInt32LE(end + 16);
  for (let i = file.readUInt16LE(end + 10); i > 0; --i) {
    const method = file.readUInt16LE(at + 10), size = file.readUInt32LE(at + 20);
    const nameLength = file.readUInt16LE(at + 28);
    const name = file.toString('utf8', at + 46, at + 46 + nameLength);
    const local = file.readUInt32LE(at + 42);
    const start = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
    const raw = file.subarray(start, start + size);
    if (method !== 0 && method !== 8)
      throw new Error(`${path}: ${name}: zip method ${method} is not supported`);
    const key = name.replace(/\.npy$/, '');
    arrays[key] = parseNpy(method === 8 ? zlib.inflateRawSync(raw) : raw, `${path}: ${key}`);
    at += 46 + nameLength + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  }
  return arrays;
}

const CRC = new Uint32Array(256).map((_, n) => {
  for (let k = 0; k < 8; ++k)
    n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes)
    crc = CRC[(crc ^ byte) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

function npyBytes({dtype, shape, data}) {
  const order = /[1]$/.test(dtype) ? '|' : '<';
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  let header = `{'descr': '${order}${dtype}', 'fortran_order': False, 'shape': (${dims}), }`;
  header += ' '.repeat(63 - (10 + header.length) % 64) + '\n';
  const head = Buffer.from('\x93NUMPY\x01\x00\x00\x00' + header, 'latin1');
  head.writeUInt16LE(header.length, 8);
  return Buffer.concat([head, Buffer.from(data.buffer, data.byteOffset, data.byteLength)]);
}

/// Deflated, in the order of the names, without dates: same arrays, same file.
function writeNpz(path, arrays) {
  const parts = [], directory = [];
  let offset = 0;
  for (const name of Object.keys(arrays)) {
    const raw = npyBytes(arrays[name]);
    const body = zlib.deflateRawSync(raw, {level: 9});
    const file = Buffer.from(name + '.npy');
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt16LE(0x21, 8); // 1980-01-01
    common.writeUInt32LE(crc32(raw), 10);
    common.writeUInt32LE(body.length, 14);
    common.writeUInt32LE(raw.length, 18);
    common.writeUInt16LE(file.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, file]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat(
        [Buffer.from('PK\x01\x02\x14\x00'), common, tail, file]));
    parts.push(local, body);
    offset += local.length + body.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  fs.writeFileSync(path, Buffer.concat([...parts, list, end]));
}

module.exports = {readNpz, writeNpz};
