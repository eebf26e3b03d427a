# find_package(keycard) in a cross build: keycard::keycard, the archive of the core that KEYCARD_CORE names, which is a
# folder of lib. KEYCARD_ALGORITHM (es256, rs256 or hs256) chooses the smaller archive of one algorithm.
include_guard()
get_filename_component(_keycard_root "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
set(_keycard_archive "libkeycard.a")
if(KEYCARD_ALGORITHM)
    set(_keycard_archive "libkeycard-${KEYCARD_ALGORITHM}.a")
endif()
if(NOT EXISTS "${_keycard_root}/lib/${KEYCARD_CORE}/${_keycard_archive}")
    file(GLOB _keycard_cores RELATIVE "${_keycard_root}/lib" "${_keycard_root}/lib/*")
    list(JOIN _keycard_cores ", " _keycard_cores)
    set(keycard_FOUND FALSE)
    string(CONCAT keycard_NOT_FOUND_MESSAGE
        "there is no lib/${KEYCARD_CORE}/${_keycard_archive}: KEYCARD_CORE is '${KEYCARD_CORE}', and must be one of "
        "${_keycard_cores}; KEYCARD_ALGORITHM is '${KEYCARD_ALGORITHM}', and must be es256, rs256, hs256 or empty")
    return()
endif()
add_library(keycard::keycard STATIC IMPORTED)
set_target_properties(keycard::keycard PROPERTIES
    IMPORTED_LOCATION "${_keycard_root}/lib/${KEYCARD_CORE}/${_keycard_archive}"
    INTERFACE_INCLUDE_DIRECTORIES "${_keycard_root}/include")
