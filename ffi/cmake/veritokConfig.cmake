# Targets veritok::veritok (static) and veritok::shared. Serves the installed
# library, from lib/cmake/veritok or share/veritok/cmake of its prefix, and,
# where there is none, the release build of the checkout.
get_filename_component(_veritok_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
set(_veritok_include "${_veritok_prefix}/include")
unset(_veritok_archive CACHE)
find_library(_veritok_archive libveritok.a PATHS "${_veritok_prefix}" NO_DEFAULT_PATH
  PATH_SUFFIXES lib lib64 "lib/${CMAKE_LIBRARY_ARCHITECTURE}")
if(_veritok_archive)
  get_filename_component(_veritok_lib "${_veritok_archive}" DIRECTORY)
else()
  get_filename_component(_veritok_lib "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)
  set(_veritok_include "${_veritok_lib}/include")
  if(DEFINED ENV{CARGO_TARGET_DIR})
    set(_veritok_lib "$ENV{CARGO_TARGET_DIR}/release")
  else()
    set(_veritok_lib "${_veritok_lib}/target/release")
  endif()
endif()
unset(_veritok_archive CACHE)

foreach(_veritok_target IN ITEMS veritok shared)
  if(_veritok_target STREQUAL "veritok")
    set(_veritok_kind STATIC)
    set(_veritok_file "${_veritok_lib}/libveritok.a")
  else()
    set(_veritok_kind SHARED)
    set(_veritok_file "${_veritok_lib}/libveritok.so")
  endif()
  if(EXISTS "${_veritok_file}" AND NOT TARGET veritok::${_veritok_target})
    add_library(veritok::${_veritok_target} ${_veritok_kind} IMPORTED)
    set_target_properties(veritok::${_veritok_target} PROPERTIES
      IMPORTED_LOCATION "${_veritok_file}"
      INTERFACE_INCLUDE_DIRECTORIES "${_veritok_include}")
  endif()
endforeach()

if(NOT TARGET veritok::veritok)
  set(veritok_FOUND FALSE)
  set(veritok_NOT_FOUND_MESSAGE
    "no ${_veritok_lib}/libveritok.a: run cargo build --release -p veritok-ffi")
endif()
