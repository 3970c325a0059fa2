#!/usr/bin/env node
// Runs an ONNX model on onnxruntime: the oracle of the importer's tests and a
// peer in speed. See --help.
'use strict';
const fs = require('fs');
const {readNpz, writeNpz} = require('./npz.js');

const HELP = `usage: ort-run.js MODEL.onnx [--input X.npz] [--output Y.npz] [options]
       ort-run.js --probe

  --input X.npz    arrays named like the model's inputs; other names are ignored
  --output Y.npz   where to write the outputs
  --outputs A,B    only these outputs
  --optimize L     disabled (default), basic, extended or all
  --time N         after one warm-up run, time N runs and print
                   time_us median=... min=... max=... runs=N threads=T
  --threads T      default 1
  --serve          say \`ready\`, then answer each line SECONDS of standard input with
                   the times of that long (at least one run), in microseconds; of this
                   process's processor time where T is 1, else of the wall clock
  --probe          exit 0 where onnxruntime-node is installed and print its version

A model of fixed batch B runs over an input of k*B rows in k steps.
Install with: npm install --ignore-scripts --no-save --no-package-lock onnxruntime-node
Exit code: 0, 1 for an error, 3 where onnxruntime-node is missing.`;

const ORT_TYPE = {
  f4: 'float32', f8: 'float64', f2: 'float16', b1: 'bool', i1: 'int8', i2: 'int16', i4: 'int32',
  i8: 'int64', u1: 'uint8', u2: 'uint16', u4: 'uint32', u8: 'uint64',
};
const DTYPE = Object.fromEntries(Object.entries(ORT_TYPE).map(([d, t]) => [t, d]));

function parse(argv) {
  const options = {optimize: 'disabled', threads: 1};
  for (let i = 0; i < argv.length; ++i) {
    const key = argv[i];
    if (key === '--help' || key === '-h' || key === '--probe' || key === '--serve')
      options[key.replace(/^-+/, '')] = true;
    else if (/^--(input|output|outputs|optimize|time|threads)$/.test(key) && i + 1 < argv.length)
      options[key.slice(2)] = argv[++i];
    else if (!key.startsWith('-') && !options.model)
      options.model = key;
    else
      throw new Error(`unexpected argument ${key}; see --help`);
  }
  return options;
}

function slice(array, from, rows) {
  const row = array.data.length / array.shape[0];
  return {dtype: array.dtype, shape: [rows, ...array.shape.slice(1)],
          data: array.data.subarray(from * row, (from + rows) * row)};
}

function concat(arrays) {
  if (arrays.length === 1)
    return arrays[0];
  const data = new arrays[0].data.constructor(arrays.reduce((n, a) => n + a.data.length, 0));
  let at = 0;
  for (const a of arrays) {
    data.set(a.data, at);
    at += a.data.length;
  }
  const rows = arrays.reduce((n, a) => n + a.shape[0], 0);
  return {dtype: arrays[0].dtype, shape: [rows, ...arrays[0].shape.slice(1)], data};
}

/// Times `run` for as long as each line of standard input says.
async function serve(run, threads) {
  const now = threads === 1 ? () => { const used = process.cpuUsage(); return used.user + used.system; }
                            : () => Number(process.hrtime.bigint()) / 1000;
  await run();
  console.log('ready');
  for await (const line of require('readline').createInterface({input: process.stdin})) {
    await run();
    const times = [], start = now();
    let last = start;
    do {
      // The clock has steps of a microsecond, and reading it takes one.
      const bundle = times.length && times[times.length - 1] < 200 ? 10 : 1;
      for (let i = 0; i < bundle; ++i)
        await run();
      const end = now();
      times.push((end - last) / bundle);
      last = end;
    } while (last - start < Number(line) * 1e6);
    console.log(times.map(t => t.toFixed(2)).join(' '));
  }
}

async function main() {
  const options = parse(process.argv.slice(2));
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  let ort;
  try {
    ort = require('onnxruntime-node');
  } catch (error) {
    console.error(`ort-run: onnxruntime-node is not installed (${error.code || error.message})`);
    return 3;
  }
  if (options.probe) {
    console.log(require('onnxruntime-node/package.json').version);
    return 0;
  }
  if (!options.model)
    throw new Error('no model given; see --help');
  const session = await ort.InferenceSession.create(options.model, {
    graphOptimizationLevel: options.optimize, intraOpNumThreads: Number(options.threads),
    interOpNumThreads: 1, executionMode: 'sequential', logSeverityLevel: 3,
  });
  const given = options.input ? readNpz(options.input) : {};
  const meta = Object.fromEntries((session.inputMetadata || []).map(m => [m.name, m]));
  let steps = 1;
  for (const name of session.inputNames) {
    if (!given[name])
      throw new Error(`${options.input}: no array named ${name}; found ${Object.keys(given)}`);
    const batch = meta[name] && meta[name].shape && meta[name].shape[0];
    const rows = given[name].shape[0];
    if (typeof batch === 'number' && batch > 0 && rows !== batch) {
      if (rows % batch)
        throw new Error(`${name}: ${rows} rows are no multiple of the model's batch ${batch}`);
      steps = rows / batch;
    }
  }
  const feedsOf = step => {
    const feeds = {};
    for (const name of session.inputNames) {
      const a = steps === 1 ? given[name] : slice(given[name], step * given[name].shape[0] / steps, given[name].shape[0] / steps);
      feeds[name] = new ort.Tensor(ORT_TYPE[a.dtype], a.data, a.shape);
    }
    return feeds;
  };
  const wanted = options.outputs ? options.outputs.split(',') : session.outputNames;
  if (options.output) {
    const collected = Object.fromEntries(wanted.map(name => [name, []]));
    for (let step = 0; step < steps; ++step) {
      const result = await session.run(feedsOf(step), wanted);
      for (const name of wanted) {
        const t = result[name];
        collected[name].push({dtype: DTYPE[t.type], shape: [...t.dims], data: t.data});
      }
    }
    writeNpz(options.output, Object.fromEntries(wanted.map(name => [name, concat(collected[name])])));
  }
  if (options.time) {
    const runs = Number(options.time), feeds = feedsOf(0), times = [];
    for (let i = 0; i <= runs; ++i) {
      const start = process.hrtime.bigint();
      await session.run(feeds, wanted);
      if (i)
        times.push(Number(process.hrtime.bigint() - start) / 1000);
    }
    times.sort((a, b) => a - b);
    const us = x => x.toFixed(1);
    console.log(`time_us median=${us(times[runs >> 1])} min=${us(times[0])} max=${us(times[runs - 1])} runs=${runs} threads=${options.threads}`);
  }
  if (options.serve) {
    const feeds = feedsOf(0);
    await serve(() => session.run(feeds, wanted), Number(options.threads));
  }
  return 0;
}

main().then(code => process.exitCode = code, error => {
  console.error(`ort-run: ${error.message}`);
  process.exitCode = 1;
});
