# qs_add_library(NAME sources... [MLIR] [LINK_LIBS libs...] [DEPENDS targets...])
#
# One static library a folder. MLIR marks those that need LLVM/MLIR headers:
# they link the MLIR shared library, once.
# Four fifths of the time that a file takes are MLIR's headers, so all share one
# precompiled header.
function(qs_add_precompiled_header)
  if(NOT QS_ENABLE_PCH)
    return()
  endif()
  add_library(QSPrecompiled STATIC "${PROJECT_SOURCE_DIR}/lib/CMake/Precompiled.cpp")
  target_precompile_headers(QSPrecompiled PRIVATE
    "${PROJECT_SOURCE_DIR}/lib/CMake/Precompiled.h")
endfunction()

function(qs_use_precompiled_header name)
  if(TARGET QSPrecompiled)
    target_precompile_headers(${name} REUSE_FROM QSPrecompiled)
  endif()
endfunction()

define_property(GLOBAL PROPERTY QS_LIBS BRIEF_DOCS "qs libraries" FULL_DOCS "qs libraries")

function(qs_add_library name)
  cmake_parse_arguments(ARG "MLIR" "" "LINK_LIBS;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  target_include_directories(${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
    $<INSTALL_INTERFACE:include>)
  target_link_libraries(${name} PUBLIC ${ARG_LINK_LIBS})
  if(ARG_MLIR)
    if(NOT LLVM_ENABLE_RTTI)
      target_compile_options(${name} PRIVATE -fno-rtti)
    endif()
    target_link_libraries(${name} PUBLIC MLIR LLVM)
    add_dependencies(${name} qs-headers)
    qs_use_precompiled_header(${name})
  endif()
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
  set_property(GLOBAL APPEND PROPERTY QS_LIBS ${name})
  install(TARGETS ${name} EXPORT QSTargets ARCHIVE DESTINATION lib)
endfunction()

# qs_add_tool(NAME sources... [LINK_LIBS libs...])
function(qs_add_tool name)
  cmake_parse_arguments(ARG "" "" "LINK_LIBS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE ${ARG_LINK_LIBS} MLIR LLVM)
  add_dependencies(${name} qs-headers)
  qs_use_precompiled_header(${name})
  install(TARGETS ${name} EXPORT QSTargets RUNTIME DESTINATION bin)
endfunction()
