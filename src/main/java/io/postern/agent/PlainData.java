package io.postern.agent;

import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** JSON of the records of pure rooms: their components and nothing that is worked out of them. */
final class PlainData {
    private PlainData() {}

    static ObjectMapper mapper() {
        return JsonMapper.builder()
                .disable(MapperFeature.AUTO_DETECT_GETTERS, MapperFeature.AUTO_DETECT_IS_GETTERS)
                .build();
    }
}
