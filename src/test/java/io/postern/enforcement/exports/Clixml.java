package io.postern.enforcement.exports;

import java.nio.charset.StandardCharsets;

/** Writes small exports in the documented forms. */
final class Clixml {
    private Clixml() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String objects(String... objects) {
        return "<Objs Version=\"1.1.0.1\""
                + " xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">\n"
                + String.join("\n", objects)
                + "\n</Objs>";
    }

    /** A connector of the deserialised type with these properties as XML. */
    static String connector(String... properties) {
        return "<Obj RefId=\"0\"><TN RefId=\"0\"><T>Deserialized.Microsoft.Exchange.Data.Directory."
                + "SystemConfiguration.ReceiveConnector</T></TN><Props>\n"
                + String.join("\n", properties)
                + "\n</Props></Obj>";
    }

    /** Everything a connector needs besides its ranges. */
    static String rest(String name) {
        return "<S N=\"Name\">"
                + name
                + "</S><S N=\"Server\">EX01</S><B N=\"Enabled\">true</B>"
                + "<S N=\"TransportRole\">FrontendTransport</S>"
                + "<S N=\"PermissionGroups\">AnonymousUsers</S><S N=\"AuthMechanism\">Tls</S>"
                + "<S N=\"ProtocolLoggingLevel\">Verbose</S>"
                + list("Bindings", "0.0.0.0:25");
    }

    static String list(String name, String... values) {
        StringBuilder list = new StringBuilder("<Obj N=\"" + name + "\"><LST>");
        for (String value : values) {
            list.append("<S>").append(value).append("</S>");
        }
        return list.append("</LST></Obj>").toString();
    }
}
