# bridge_library(NAME SOURCES... HEADERS... LINK...): one folder, one target; every header in it
# is compiled alone by the target all_verify_interface_header_sets.
function(bridge_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;HEADERS;LINK;PRIVATE_LINK")
  add_library(${name} STATIC ${arg_SOURCES})
  target_sources(${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${arg_HEADERS})
  target_link_libraries(${name} PUBLIC ${arg_LINK} PRIVATE ${arg_PRIVATE_LINK} bridge_warnings)
endfunction()

# bridge_program(NAME SOURCES... LINK...): an executable in bin/.
function(bridge_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LINK} bridge_warnings)
  target_compile_definitions(${name} PRIVATE BRIDGE_VERSION="${PROJECT_VERSION}")
endfunction()
