# `qs-tidy` runs clang-tidy with .clang-tidy over lib, tools and the unit tests,
# over those files that QS_TIDY_FILES (a regular expression) matches. It is no
# part of `all`: the whole tree takes about as long as ten builds.
find_program(QS_CLANG_TIDY clang-tidy-22)
find_program(QS_RUN_CLANG_TIDY run-clang-tidy-22)
set(QS_TIDY_FILES "${PROJECT_SOURCE_DIR}/(lib|tools|test/Unit)/.*\\.cpp$"
    CACHE STRING "Which files qs-tidy looks at")
if(QS_CLANG_TIDY AND QS_RUN_CLANG_TIDY AND CMAKE_CXX_COMPILER_ID MATCHES Clang)
  add_custom_target(qs-tidy
    COMMAND "${QS_RUN_CLANG_TIDY}" -quiet -p "${PROJECT_BINARY_DIR}"
      -clang-tidy-binary "${QS_CLANG_TIDY}" "${QS_TIDY_FILES}"
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
    VERBATIM USES_TERMINAL
    COMMENT "clang-tidy over ${QS_TIDY_FILES}")
  add_dependencies(qs-tidy qs-headers)
  if(TARGET QSPrecompiled)
    add_dependencies(qs-tidy QSPrecompiled)
  endif()
else()
  add_custom_target(qs-tidy
    COMMAND "${CMAKE_COMMAND}" -E echo
      "qs-tidy: skipped: clang-tidy-22 is not installed, or the compiler is not clang"
    VERBATIM)
endif()
