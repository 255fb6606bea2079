# `cpack` in the build folder makes the .deb: programs, unit, rules, man pages, completion.
include(GNUInstallDirs)

# The package needs the programs, not the tests.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)
set(programs ledger-bridged setup-ledger reset-hwm ledgerctl ledger-emulator)
install(TARGETS ${programs} RUNTIME DESTINATION bin)

# A man page for each program, made from its own --help.
find_program(HELP2MAN help2man)
if(HELP2MAN)
  set(pages)
  foreach(program ${programs})
    set(page ${PROJECT_BINARY_DIR}/man/${program}.8)
    add_custom_command(OUTPUT ${page}
      COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/man
      COMMAND ${HELP2MAN} --no-info --section=8 --manual=ledger-bridge --source=ledger-bridge
        --include=${PROJECT_SOURCE_DIR}/daemon/deploy/man/${program}.h2m
        --output=${page} $<TARGET_FILE:${program}>
      DEPENDS ${program} ${PROJECT_SOURCE_DIR}/daemon/deploy/man/${program}.h2m
      VERBATIM)
    list(APPEND pages ${page})
  endforeach()
  add_custom_target(man_pages ALL DEPENDS ${pages})
  install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man8)
endif()

set(deploy ${PROJECT_SOURCE_DIR}/daemon/deploy)
install(FILES ${deploy}/systemd/ledger-bridged.service ${deploy}/systemd/ledger-bridged.socket
  DESTINATION lib/systemd/system)
install(FILES ${deploy}/systemd/stop-with-device.conf
  DESTINATION share/doc/ledger-bridge/examples)
install(FILES ${deploy}/systemd/ledger-bridge.sysusers DESTINATION lib/sysusers.d
  RENAME ledger-bridge.conf)
install(FILES ${deploy}/systemd/ledger-bridge.tmpfiles DESTINATION lib/tmpfiles.d
  RENAME ledger-bridge.conf)
install(FILES ${PROJECT_SOURCE_DIR}/udev/70-ledger-bridge.rules DESTINATION lib/udev/rules.d)
install(FILES ${PROJECT_SOURCE_DIR}/daemon/config/config.example.toml
  DESTINATION share/doc/ledger-bridge RENAME ledger-bridged.toml.example)
install(FILES ${PROJECT_SOURCE_DIR}/README.md DESTINATION share/doc/ledger-bridge)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION share/doc/ledger-bridge RENAME copyright)
foreach(program ${programs})
  install(FILES ${deploy}/completion/ledger-bridge
    DESTINATION share/bash-completion/completions RENAME ${program})
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME ledger-bridge)
set(CPACK_PACKAGE_CONTACT "The ledger-bridge authors <maintainers@ledger-bridge.invalid>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Opened at run time, so the linker does not know of them.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libhidapi-hidraw0, libhidapi-libusb0, udev, systemd")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  "${deploy}/debian/postinst;${deploy}/debian/prerm;${deploy}/debian/postrm")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
