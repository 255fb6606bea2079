# Debian 12 packages only; nothing is downloaded. Boost's default version there is 1.74,
# which has no system/result.hpp, so 1.81 is named.
find_package(Boost 1.81 REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(SECP256K1 REQUIRED IMPORTED_TARGET libsecp256k1)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)
pkg_check_modules(USBREDIR REQUIRED IMPORTED_TARGET libusbredirparser-0.5)
# The header alone: the library of the chosen backend is loaded when the program runs.
find_path(HIDAPI_INCLUDE_DIR hidapi/hidapi.h REQUIRED)

# Asio and Beast compiled once instead of in every file that uses them.
add_library(boost_net STATIC cmake/boost_net.cpp)
target_compile_definitions(boost_net PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(boost_net PUBLIC Boost::headers Threads::Threads OpenSSL::SSL)
