# Warnings for our own code, never for dependencies.
add_library(bridge_warnings INTERFACE)
target_compile_options(bridge_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast
  -Woverloaded-virtual -Wformat=2 -Wimplicit-fallthrough -Wcast-align -Wextra-semi
  -Wsuggest-override -Wundef -Wunused-result
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wuseless-cast>
  $<$<BOOL:${BRIDGE_WERROR}>:-Werror>)

# Instrumented code makes GCC 12 see uninitialised values where there are none (its manual says so).
if(CMAKE_CXX_FLAGS MATCHES "-fsanitize" AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  target_compile_options(bridge_warnings INTERFACE -Wno-maybe-uninitialized)
endif()

# It takes a file that is compiled together with others for a header.
if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  target_compile_options(bridge_warnings INTERFACE -Wno-subobject-linkage)
endif()
