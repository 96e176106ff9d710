# The version is the header's. Before 1.0 a minor version may break its users.
foreach(_veritok_header IN ITEMS
    "${CMAKE_CURRENT_LIST_DIR}/../../../include/veritok.h"
    "${CMAKE_CURRENT_LIST_DIR}/../../include/veritok.h")
  if(EXISTS "${_veritok_header}")
    file(STRINGS "${_veritok_header}" _veritok_line REGEX "^#define VTOK_VERSION \"")
    string(REGEX REPLACE ".*\"(.*)\".*" "\\1" PACKAGE_VERSION "${_veritok_line}")
    break()
  endif()
endforeach()

string(REGEX MATCH "^[0-9]+\\.[0-9]+" _veritok_series "${PACKAGE_VERSION}")
string(REGEX MATCH "^[0-9]+\\.[0-9]+" _veritok_wanted "${PACKAGE_FIND_VERSION}")
if(_veritok_series STREQUAL _veritok_wanted
    AND NOT PACKAGE_VERSION VERSION_LESS PACKAGE_FIND_VERSION)
  set(PACKAGE_VERSION_COMPATIBLE TRUE)
endif()
if(PACKAGE_VERSION VERSION_EQUAL PACKAGE_FIND_VERSION)
  set(PACKAGE_VERSION_EXACT TRUE)
endif()
