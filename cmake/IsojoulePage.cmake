# What the page of a report is made of: our own files, and Vega and Vega-Lite from npm, where
# tools/setup puts them. They become bytes of the library (isojoule/page/detail/page_assets.S.in).
enable_language(ASM)
set(ISOJOULE_PAGE_MODULES ${PROJECT_SOURCE_DIR}/build/npm/node_modules
    CACHE PATH "The node_modules with vega and vega-lite, as isojoule/page/browser/package-lock.json has them")
if(NOT EXISTS ${ISOJOULE_PAGE_MODULES}/vega/build/vega.min.js OR
   NOT EXISTS ${ISOJOULE_PAGE_MODULES}/vega-lite/build/vega-lite.min.js)
  message(FATAL_ERROR "Vega and Vega-Lite are not in ${ISOJOULE_PAGE_MODULES}. tools/setup installs "
    "them; or run npm ci in a copy of isojoule/page/browser and give -DISOJOULE_PAGE_MODULES=PATH")
endif()

# isojoule_page_licences(FILE): the licences of what is in the two, each different text once under the
# names and versions of its packages. Of what npm installs beside, command-line tools are left out.
function(isojoule_page_licences file)
  set(tools "^([.].*|@types|ansi-.*|cliui|commander|emoji-regex|escalade|get-.*|iconv-lite|safer-buffer|string-width|strip-ansi|vega-typings|wrap-ansi|y18n|yargs.*)$")
  file(GLOB packages RELATIVE ${ISOJOULE_PAGE_MODULES} ${ISOJOULE_PAGE_MODULES}/*)
  list(FILTER packages EXCLUDE REGEX "${tools}")
  set(texts "")
  foreach(package IN LISTS packages)
    file(GLOB licence ${ISOJOULE_PAGE_MODULES}/${package}/LICEN[SC]E*)
    if(NOT licence)
      message(FATAL_ERROR "${package} in ${ISOJOULE_PAGE_MODULES} has no licence file")
    endif()
    list(GET licence 0 licence)
    file(READ ${licence} text)
    string(REPLACE "--" "- -" text "${text}")  # would end the page's comment
    string(SHA1 key "${text}")
    file(READ ${ISOJOULE_PAGE_MODULES}/${package}/package.json json)
    string(JSON version GET "${json}" version)
    if(NOT key IN_LIST texts)
      list(APPEND texts ${key})
      set(text_${key} "${text}")
    endif()
    list(APPEND names_${key} "${package} ${version}")
  endforeach()
  set(all "")
  foreach(key IN LISTS texts)
    list(JOIN names_${key} ", " names)
    string(APPEND all "==== ${names}\n\n${text_${key}}\n")
  endforeach()
  file(CONFIGURE OUTPUT ${file} CONTENT "@all@" @ONLY)
endfunction()

# isojoule_page_assets(VARIABLE): the assembler source that holds them.
function(isojoule_page_assets variable)
  set(page ${PROJECT_SOURCE_DIR}/isojoule/page/browser)
  set(modules ${ISOJOULE_PAGE_MODULES})
  set(licences ${CMAKE_CURRENT_BINARY_DIR}/licences.txt)
  isojoule_page_licences(${licences})
  set(source ${CMAKE_CURRENT_BINARY_DIR}/page_assets.S)
  configure_file(${PROJECT_SOURCE_DIR}/isojoule/page/detail/page_assets.S.in ${source} @ONLY)
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS
    "${page}/page.html;${page}/page.css;${page}/page.js;${licences};${modules}/vega/build/vega.min.js;${modules}/vega-lite/build/vega-lite.min.js")
  set(${variable} ${source} PARENT_SCOPE)
endfunction()
