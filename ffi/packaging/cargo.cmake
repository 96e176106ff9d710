# veritok_import(RUST_TARGET): the target veritok::veritok for firmware. The
# library is VERITOK_LIBRARY where that is set (built elsewhere, by
# ffi/packaging/build.sh); else cargo builds it from this checkout.
# VERITOK_FEATURES lists the algorithms: "hmac,rsa".
set(VERITOK_ROOT "${CMAKE_CURRENT_LIST_DIR}/../..")

function(veritok_import rust_target)
  set(library "${VERITOK_LIBRARY}")
  if(NOT library)
    set(build "${CMAKE_CURRENT_BINARY_DIR}/veritok")
    set(library "${build}/${rust_target}/release/libveritok.a")
    # Cargo knows best whether there is something to do.
    add_custom_target(veritok_cargo
      COMMAND "${VERITOK_ROOT}/ffi/packaging/build.sh" "${rust_target}"
        "${VERITOK_FEATURES}" "${build}"
      BYPRODUCTS "${library}" VERBATIM)
  endif()
  add_library(veritok::veritok STATIC IMPORTED GLOBAL)
  set_target_properties(veritok::veritok PROPERTIES
    IMPORTED_LOCATION "${library}"
    INTERFACE_INCLUDE_DIRECTORIES "${VERITOK_ROOT}/include")
  if(TARGET veritok_cargo)
    add_dependencies(veritok::veritok veritok_cargo)
  endif()
endfunction()
