# Installs headers, generated headers and a package that find_package(QS) reads.
include(CMakePackageConfigHelpers)

install(DIRECTORY include/qs "${PROJECT_BINARY_DIR}/include/qs" DESTINATION include
        FILES_MATCHING PATTERN "*.h" PATTERN "*.td" PATTERN "*.inc"
        PATTERN "CMakeFiles" EXCLUDE)
install(EXPORT QSTargets FILE QSTargets.cmake NAMESPACE QS:: DESTINATION lib/cmake/QS)
configure_package_config_file(lib/CMake/QSConfig.cmake.in
  "${PROJECT_BINARY_DIR}/QSConfig.cmake" INSTALL_DESTINATION lib/cmake/QS)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/QSConfigVersion.cmake"
  VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/QSConfig.cmake"
  "${PROJECT_BINARY_DIR}/QSConfigVersion.cmake" DESTINATION lib/cmake/QS)
