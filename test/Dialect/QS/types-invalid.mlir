// RUN: qs-opt %s --split-input-file --verify-diagnostics

// expected-error-re@+1 {{expected a code ({{.*}}int1..int16, uint1..uint16{{.*}}), found 'int17'}}
func.func private @code(tensor<2x!qs.q<int17>>)

// -----

// expected-error-re@+1 {{expected a code ({{.*}}int1..int16, uint1..uint16{{.*}}), found 'float3'}}
func.func private @code(tensor<2x!qs.q<float3>>)

// -----

// expected-error@+1 {{expected an integer code of 1 to 16 bits, found 20}}
func.func private @code(tensor<2x!qs.q<#qs.int<20>>>)

// -----

// expected-error@+1 {{expected scales stored as f32, f16, e8m0 or e4m3, found 'f64'}}
func.func private @storage(tensor<2x!qs.q<int8, tensor:f64>>)

// -----

// expected-error@+1 {{expected a scale (none, tensor, axis(d), group(d, g)) or a pattern (dense), found 'channel'}}
func.func private @scale(tensor<2x!qs.q<int8, channel>>)

// -----

// expected-error@+1 {{expected a pattern (dense), found 'sparse'}}
func.func private @pattern(tensor<2x!qs.q<int8, tensor, sparse>>)

// -----

// expected-error@+1 {{expected a group size of at least 1, found 0}}
func.func private @group(tensor<2x!qs.q<int8, group(0, 0)>>)

// -----

// expected-error@+1 {{expected a scale axis of at least 0, found -1}}
func.func private @axis(tensor<2x!qs.q<int8, axis(-1)>>)

// -----

// expected-error@+1 {{expected min <= max, found 2.000000e+00 > 1.000000e+00}}
func.func private @range() attributes {r = #qs.range<2.0, 1.0, "kl", 1, "">}

// -----

// expected-error-re@+1 {{expected a code ({{.*}}ternary{{.*}}), found 'quaternary'}}
func.func private @named(tensor<2x!qs.q<#qs.code<"quaternary">>>)

// -----

// expected-error@+1 {{expected #qs.int or #qs.uint for 'int8'}}
func.func private @named(tensor<2x!qs.q<#qs.code<"int8">>>)
