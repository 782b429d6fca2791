# With CMAKE_UNITY_BUILD (the preset `release`) eight files of a target are compiled as one, which takes
# less than half the time (docs/decisions/build.md). So names without linkage are used once in a target.
#
# Not so in these: their files give one name to different things (readers, the ways of counting), include
# headers that do not go together (Boost after Eigen), or need a program's other half if they are linked as
# a whole. Nor in test programs.
foreach(target IN ITEMS isojoule_cost isojoule_stats isojoule_table isojoule_trainer_parts)
  if(TARGET ${target})
    set_target_properties(${target} PROPERTIES UNITY_BUILD OFF)
  endif()
endforeach()

# LibTorch's headers take 12 s: few files, of the same length.
if(TARGET isojoule_trainer_torch)
  set_target_properties(isojoule_trainer_torch PROPERTIES UNITY_BUILD_BATCH_SIZE 3)
endif()

# What shows and keeps results and reads the command line is made small: it is most of the program, and
# waits for nobody.
if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  foreach(target IN ITEMS isojoule isojoule_app isojoule_app_live isojoule_campaign isojoule_challenge isojoule_cost isojoule_import
                          isojoule_mark isojoule_meter isojoule_onnx isojoule_page isojoule_record isojoule_report
                          isojoule_report_evaluation isojoule_run isojoule_sensor isojoule_sensor_amd
                          isojoule_sensor_base isojoule_sensor_cpu_model isojoule_sensor_cray
                          isojoule_sensor_dram_model isojoule_sensor_hwmon isojoule_sensor_ipmi
                          isojoule_sensor_level_zero isojoule_sensor_node_model isojoule_sensor_nvml
                          isojoule_sensor_rapl isojoule_sensor_replay isojoule_store isojoule_workload
                          isojoule_trainer_parts isojoule-train)
    if(TARGET ${target})
      target_compile_options(${target} PRIVATE -Os)
    endif()
  endforeach()
endif()
