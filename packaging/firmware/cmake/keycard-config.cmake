# find_package(keycard) in a cross build: keycard::keycard, the archive of the core that KEYCARD_CORE names, which is a
# folder of lib.
include_guard()
get_filename_component(_keycard_root "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
if(NOT EXISTS "${_keycard_root}/lib/${KEYCARD_CORE}/libkeycard.a")
    file(GLOB _keycard_cores RELATIVE "${_keycard_root}/lib" "${_keycard_root}/lib/*")
    set(keycard_FOUND FALSE)
    set(keycard_NOT_FOUND_MESSAGE "KEYCARD_CORE is '${KEYCARD_CORE}', and must be one of ${_keycard_cores}")
    return()
endif()
add_library(keycard::keycard STATIC IMPORTED)
set_target_properties(keycard::keycard PROPERTIES
    IMPORTED_LOCATION "${_keycard_root}/lib/${KEYCARD_CORE}/libkeycard.a"
    INTERFACE_INCLUDE_DIRECTORIES "${_keycard_root}/include")
