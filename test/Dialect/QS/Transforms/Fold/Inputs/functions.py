"""Writes a QDQ function of all words of int8 for each float op of one number:
functions.py > functions.mlir"""
T = "tensor<256xf32>"
Q = "tensor<256x!qs.q<int8, tensor>>"
UNARY = """absf acos acosh asin asinh atan atanh cbrt ceil cos cosh erf erfc exp exp2 expm1 floor log log10 log1p log2
round roundeven rsqrt sin sinh sqrt tan tanh trunc""".split()
BINARY = {"arith": "addf subf mulf divf remf maximumf minimumf maxnumf minnumf".split(),
          "math": "atan2 copysign powf".split()}
PREDICATES = "false oeq ogt oge olt ole one ord ueq ugt uge ult ule une uno true".split()


def bodies():
    for op in UNARY:
        yield op, f"%y = math.{op} %x : {T}"
    yield "negf", f"%y = arith.negf %x : {T}"
    yield "fma", f"%y = math.fma %x, %c, %x : {T}"
    for dialect, ops in BINARY.items():
        for op in ops:
            yield op, f"%y = {dialect}.{op} %x, %c : {T}"
            yield op + "_of", f"%y = {dialect}.{op} %c, %x : {T}"
    for predicate in PREDICATES:
        # The logarithm of half of the numbers is no number.
        yield "cmpf_" + predicate, (f"%n = math.log2 %x : {T}\n"
                                    f"  %b = arith.cmpf {predicate}, %n, %c : {T}\n"
                                    f"  %y = arith.select %b, %x, %c : tensor<256xi1>, {T}")


words = ", ".join(str(i) for i in range(-128, 128))
for name, body in bodies():
    print(f"""func.func @{name}() -> {Q} {{
  %w = arith.constant dense<[{words}]> : tensor<256xi8>
  %q = qs.storage_cast %w : tensor<256xi8> -> {Q}
  %in = arith.constant dense<0.03125> : tensor<f32>
  %out = arith.constant dense<0.0625> : tensor<f32>
  %c = arith.constant dense<1.7> : {T}
  %x = qs.dequantize %q scale %in : {Q}, tensor<f32> -> {T}
  {body}
  %r = qs.quantize half_even round_then_add saturate %y scale %out : {T}, tensor<f32> -> {Q}
  return %r : {Q}
}}""")
